/** What a text is made of. */
type Part = string | number | undefined;

/**
 * Text that is mostly the same as the time before: it is made again only where what it is made of has changed.
 * @param make gives it in pieces, which are joined: what is put together by `+` is taken apart again whenever it is written
 */
export function usualText<Parts extends readonly [Part, Part?, Part?, Part?]>(
  make: (...parts: Parts) => readonly (string | number)[],
): (...parts: Parts) => string {
  let text: string | undefined;
  // One by one: an array that is kept, or gone through, has to be made at every call.
  let [one, two, three, four]: [Part?, Part?, Part?, Part?] = [];
  return (...parts) => {
    if (
      text === undefined ||
      parts[0] !== one ||
      parts[1] !== two ||
      parts[2] !== three ||
      parts[3] !== four
    ) {
      [one, two, three, four] = parts;
      text = make(...parts).join('');
    }
    return text;
  };
}
