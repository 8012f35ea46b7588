/** Rows of a customer table, some 600 bytes each as NDJSON: text, numbers, booleans, nulls, dates, a list. */

export const WORKSPACE_ID = '2Wk0aBcDeFgHiJkLmNoPqRsTuV';
export const DESTINATION_ID = '2XkZr9qTn0aLw5cVb7dQe1mYp3s';

const TIERS = ['bronze', 'silver', 'gold', 'platinum'];
const CITIES = ['London', 'Zürich', 'Springfield, IL', 'Ōsaka'];

function row(index) {
  return {
    user_id: `u-${index}`,
    EMAIL: `person.${index}@example.com`,
    FIRST_NAME: 'Ada',
    LAST_NAME: 'Lovelace',
    CITY: CITIES[index % CITIES.length],
    POSTCODE: `0${1000 + (index % 9000)}`,
    COUNTRY: 'GB',
    LOYALTY_TIER: TIERS[index % TIERS.length],
    LIFETIME_VALUE: (index % 100_000) + 0.25,
    ORDERS: index % 60,
    IS_VIP: index % 7 === 0,
    CHURN_30D: 0.0312,
    LAST_CAMPAIGN: index % 3 === 0 ? null : 'spring 2026',
    FIRST_SEEN: '2021-03-14T09:26:53Z',
    LAST_SEEN: '2026-11-20T08:15:00Z',
    FAVOURITES: ['tents', 'boots', 'maps'],
    DEVICE: 'ios',
    PHONE: `+44 20 7946 ${1000 + (index % 9000)}`,
    REFERRER: `https://shop.example.com/landing/spring?visit=${index}`,
    NOTE: 'Prefers to be called in the afternoon, and asked twice about the delivery to the mountain hut.',
  };
}

export const COLUMNS = Object.keys(row(0));

export function keyOf(index) {
  return `${WORKSPACE_ID}:${DESTINATION_ID}:user:user_id:u-${index}`;
}

/** What is stored for a row. */
export function traitsOf(index) {
  const { user_id: _, ...traits } = row(index);
  return JSON.stringify(traits);
}

export function ndjsonRow(index) {
  return JSON.stringify(row(index));
}

export function csvRow(index) {
  return Object.values(row(index)).map(cell).join(',');
}

function cell(value) {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
