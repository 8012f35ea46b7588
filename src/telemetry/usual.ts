/** What a value is made of. */
type Part = string | number | undefined;

/**
 * What is mostly the same as the time before: it is made again only where what it is made of has changed.
 * @param make gives it
 */
export function usual<Parts extends readonly [Part, Part?, Part?, Part?], Made extends string | Buffer>(
  make: (...parts: Parts) => Made,
): (...parts: Parts) => Made {
  let made: Made | undefined;
  // One by one: an array that is kept, or gone through, has to be made at every call.
  let [one, two, three, four]: [Part?, Part?, Part?, Part?] = [];
  return (...parts) => {
    if (
      made === undefined ||
      parts[0] !== one ||
      parts[1] !== two ||
      parts[2] !== three ||
      parts[3] !== four
    ) {
      [one, two, three, four] = parts;
      made = make(...parts);
    }
    return made;
  };
}
