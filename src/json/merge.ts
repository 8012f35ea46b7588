import { JsonText } from './json-text.js';
import { membersOf } from './members.js';

/**
 * One JSON value merged into another: objects member by member, anything else replaces what was there. Null is a value, and
 * removes nothing.
 */
export function mergeJson(target: JsonText, patch: JsonText): JsonText {
  if (!target.isObject || !patch.isObject) {
    return patch;
  }
  const merged = new Map(membersOf(target));
  for (const [name, value] of membersOf(patch)) {
    const there = merged.get(name);
    merged.set(name, there === undefined ? value : mergeJson(there, value));
  }
  return JsonText.object(merged);
}
