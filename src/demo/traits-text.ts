/** Writes sample traits as the JSON text that a profile stores. */

import { JsonText } from '../json/json-text.js';
import type { SampleTraits, SampleValue } from './sample-subject.js';

/** @returns the text, its members in the order of the traits, without spaces. */
export function traitsText(traits: SampleTraits): string {
  // Joined at the end rather than added up: more than a thousand long texts are made at every start.
  const parts: string[] = [];
  writeValue(parts, traits);
  return parts.join('');
}

function writeValue(parts: string[], value: SampleValue): void {
  if (value instanceof JsonText) {
    parts.push(value.text);
  } else if (Array.isArray(value)) {
    writeList(parts, value);
  } else if (typeof value === 'object' && value !== null) {
    writeMembers(parts, Object.entries(value));
  } else {
    parts.push(JSON.stringify(value));
  }
}

function writeList(parts: string[], items: readonly SampleValue[]): void {
  parts.push('[');
  for (const [index, item] of items.entries()) {
    parts.push(index === 0 ? '' : ',');
    writeValue(parts, item);
  }
  parts.push(']');
}

function writeMembers(
  parts: string[],
  members: readonly (readonly [name: string, value: SampleValue])[],
): void {
  parts.push('{');
  for (const [index, [name, value]] of members.entries()) {
    parts.push(index === 0 ? '' : ',', JSON.stringify(name), ':');
    writeValue(parts, value);
  }
  parts.push('}');
}
