/** JSON numbers with a fixed number of digits: `1284.50` keeps its last zero, which a JavaScript number would lose. */

import { JsonText } from '../json/json-text.js';

/** @param cents a whole number, 0 or more; 128450 gives `1284.50`. */
export function money(cents: number): JsonText {
  return decimal(cents, 2);
}

/** @param thousandths a whole number, 0 or more; 42 gives `0.042`. */
export function score(thousandths: number): JsonText {
  return decimal(thousandths, 3);
}

function decimal(units: number, digits: number): JsonText {
  const text = String(units).padStart(digits + 1, '0');
  return JsonText.trusted(`${text.slice(0, -digits)}.${text.slice(-digits)}`);
}
