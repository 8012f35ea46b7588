/** What the shop itself knows without asking anybody: its drawings, and what it shows to everyone. */

/** @type {readonly import('./profile.js').Product[]} */
export const BESTSELLERS = [
  { SKU: 'TNT-201', NAME: 'Fjordlight 2 tent', PRICE: 329 },
  { SKU: 'PCK-020', NAME: 'Daypack 20 l', PRICE: 69.9 },
  { SKU: 'JKT-510', NAME: 'Storm shell jacket', PRICE: 279 },
  { SKU: 'STV-101', NAME: 'Pocket gas stove', PRICE: 49.9 },
];

/**
 * The drawing in art.svg and the category, by what a product number begins with.
 * @type {Readonly<Record<string, readonly [drawing: string, category: string]>>}
 */
const KINDS = {
  TNT: ['tent', 'Tents'],
  SLP: ['mat', 'Sleeping'],
  PCK: ['pack', 'Packs'],
  BTS: ['boot', 'Footwear'],
  SHO: ['shoe', 'Footwear'],
  SOC: ['socks', 'Footwear'],
  JKT: ['jacket', 'Clothing'],
  FLC: ['jacket', 'Clothing'],
  TRS: ['trousers', 'Clothing'],
  HAT: ['beanie', 'Clothing'],
  STV: ['stove', 'Cooking'],
  POT: ['pot', 'Cooking'],
  BTL: ['bottle', 'Cooking'],
  FLT: ['bottle', 'Cooking'],
  LMP: ['lantern', 'Equipment'],
  POL: ['poles', 'Equipment'],
  CMP: ['compass', 'Equipment'],
  KNF: ['knife', 'Equipment'],
  HRN: ['rope', 'Climbing'],
  ROP: ['rope', 'Climbing'],
  HLM: ['helmet', 'Climbing'],
  GFT: ['gift', 'Gifts'],
};

/** @type {Readonly<Record<string, string>>} */
const DRAWINGS = { 'SLP-050': 'bag', 'SLP-100': 'bag' };

/**
 * @param {string} sku
 * @returns {{ drawing: string, category: string }}
 */
export function kindOf(sku) {
  const [drawing, category] = KINDS[sku.slice(0, 3)] ?? ['peak', 'Equipment'];
  return { drawing: DRAWINGS[sku] ?? drawing, category };
}
