/** Lists of names as grants have them: allow, then deny, with `*` for any characters. */

/** Says whether a name is granted. */
export type NameFilter = (name: string) => boolean;

/**
 * @param patterns names, `*` standing for any characters; one that begins with `!` denies. Without one that allows,
 *   everything is allowed that is not denied.
 */
export function nameFilter(patterns: readonly string[]): NameFilter {
  const { allowed, denied } = allowThenDeny(patterns);
  const allows = allowed.length === 0 ? () => true : anyOf(allowed);
  if (denied.length === 0) {
    return allows;
  }
  const denies = anyOf(denied);
  return (name) => allows(name) && !denies(name);
}

/** The names that a list can grant, where it names them all; undefined where a pattern may grant others. */
export function namesListed(patterns: readonly string[]): readonly string[] | undefined {
  const { allowed } = allowThenDeny(patterns);
  return allowed.length === 0 || allowed.some((pattern) => pattern.includes('*'))
    ? undefined
    : allowed.filter(nameFilter(patterns));
}

/** A list parted into what it allows and what it denies, the `!` taken off. */
export function allowThenDeny(patterns: readonly string[]): {
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
} {
  return {
    allowed: patterns.filter((pattern) => !pattern.startsWith('!')),
    denied: patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)),
  };
}

/**
 * Matches a whole name. Takes time in proportion to the name, whatever the pattern: patterns may come from callers, and
 * a regular expression made of them could be made to run for hours.
 */
export function matcher(pattern: string): NameFilter {
  const parts = pattern.split('*');
  if (parts.length === 1) {
    return (name) => name === pattern;
  }
  const [first = '', last = ''] = [parts.at(0), parts.at(-1)];
  const middle = parts.slice(1, -1);
  return (name) => {
    const end = name.length - last.length;
    if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) {
      return false;
    }
    let from = first.length;
    for (const part of middle) {
      const at = name.indexOf(part, from);
      if (at === -1 || at + part.length > end) {
        return false;
      }
      from = at + part.length;
    }
    return true;
  };
}

function anyOf(patterns: readonly string[]): NameFilter {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const matchers = patterns.filter((pattern) => pattern.includes('*')).map(matcher);
  return (name) => exact.has(name) || matchers.some((matches) => matches(name));
}
