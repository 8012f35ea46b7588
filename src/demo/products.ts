/** What the sample shop sells: outdoor gear. */

import { money } from './decimal.js';
import type { SampleTraits } from './sample-subject.js';

export interface Product {
  readonly sku: Sku;
  readonly name: string;
  readonly category: string;
  readonly cents: number;
}

export type Sku = keyof typeof CATALOGUE;

const CATALOGUE = {
  'TNT-201': { name: 'Fjordlight 2 tent', category: 'Tents', cents: 32_900 },
  'TNT-304': { name: 'Basecamp 4 family tent', category: 'Tents', cents: 54_900 },
  'TNT-110': { name: 'Bivy One shelter', category: 'Tents', cents: 14_950 },
  'SLP-050': { name: 'Down sleeping bag −5 °C', category: 'Sleeping', cents: 24_900 },
  'SLP-100': { name: 'Summer quilt', category: 'Sleeping', cents: 11_900 },
  'SLP-310': { name: 'Insulated sleeping mat', category: 'Sleeping', cents: 8_995 },
  'PCK-020': { name: 'Daypack 20 l', category: 'Packs', cents: 6_990 },
  'PCK-045': { name: 'Ridge 45 l pack', category: 'Packs', cents: 15_990 },
  'PCK-065': { name: 'Trekker 65 l pack', category: 'Packs', cents: 21_900 },
  'BTS-401': { name: 'Granite mid hiking boots', category: 'Footwear', cents: 17_995 },
  'BTS-420': { name: 'Alpine GTX boots', category: 'Footwear', cents: 26_900 },
  'SHO-310': { name: 'Trail runner shoes', category: 'Footwear', cents: 12_900 },
  'SOC-003': { name: 'Merino hiking socks, 3 pairs', category: 'Footwear', cents: 3_450 },
  'JKT-510': { name: 'Storm shell jacket', category: 'Clothing', cents: 27_900 },
  'JKT-520': { name: 'Light down jacket', category: 'Clothing', cents: 18_990 },
  'FLC-120': { name: 'Grid fleece', category: 'Clothing', cents: 7_950 },
  'TRS-230': { name: 'Zip-off trekking trousers', category: 'Clothing', cents: 8_990 },
  'HAT-014': { name: 'Wool beanie “Småland”', category: 'Clothing', cents: 2_495 },
  'STV-101': { name: 'Pocket gas stove', category: 'Cooking', cents: 4_990 },
  'STV-140': { name: 'Two-burner camp stove', category: 'Cooking', cents: 11_950 },
  'POT-210': { name: 'Titanium pot set', category: 'Cooking', cents: 7_495 },
  'BTL-075': { name: 'Steel bottle 0.75 l', category: 'Cooking', cents: 2_990 },
  'FLT-020': { name: 'Water filter straw', category: 'Cooking', cents: 3_990 },
  'LMP-300': { name: 'Headlamp 300 lm', category: 'Equipment', cents: 3_995 },
  'LMP-080': { name: 'Camp lantern', category: 'Equipment', cents: 2_950 },
  'POL-220': { name: 'Carbon trekking poles', category: 'Equipment', cents: 9_900 },
  'CMP-010': { name: 'Sighting compass', category: 'Equipment', cents: 5_450 },
  'KNF-007': { name: 'Folding knife', category: 'Equipment', cents: 4_200 },
  'HRN-330': { name: 'Climbing harness', category: 'Climbing', cents: 6_450 },
  'ROP-060': { name: 'Single rope 60 m', category: 'Climbing', cents: 17_490 },
  'HLM-150': { name: 'Climbing helmet', category: 'Climbing', cents: 7_990 },
  'GFT-050': { name: 'Gift card', category: 'Gifts', cents: 5_000 },
} as const satisfies Record<string, Omit<Product, 'sku'>>;

/** One product by its number. */
export function product(sku: Sku): Product {
  return { sku, ...CATALOGUE[sku] };
}

/** Everything the shop sells. */
export const PRODUCTS: readonly Product[] = Object.keys(CATALOGUE).filter(isSku).map(product);

/** The categories, each once, in the order of the products. */
export const CATEGORIES: readonly string[] = [...new Set(PRODUCTS.map(({ category }) => category))];

/** How a product is named within traits. */
export function productTraits({ sku, name, cents }: Product): SampleTraits {
  return { SKU: sku, NAME: name, PRICE: money(cents) };
}

function isSku(text: string): text is Sku {
  return Object.hasOwn(CATALOGUE, text);
}
