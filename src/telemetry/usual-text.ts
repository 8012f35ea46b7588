/**
 * Text that is mostly the same as the time before: it is made again only where what it is made of has changed.
 * @param make gives it in pieces, which are joined: what is put together by `+` is taken apart again whenever it is written
 */
export function usualText<Parts extends readonly (string | number | undefined)[]>(
  make: (...parts: Parts) => readonly (string | number)[],
): (...parts: Parts) => string {
  let last: Parts | undefined;
  let text = '';
  return (...parts) => {
    if (last === undefined || !isSame(parts, last)) {
      last = parts;
      text = make(...parts).join('');
    }
    return text;
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  for (let at = 0; at < one.length; at += 1) {
    if (one[at] !== other[at]) {
      return false;
    }
  }
  return true;
}
