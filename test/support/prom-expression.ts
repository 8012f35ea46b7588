/** What a PromQL expression names. Not a parser of the language: enough of one to find metrics and labels. */

export interface NamedMetric {
  readonly name: string;
  /** Label → the values that it is compared with; none where they are a dashboard's variables. */
  readonly matchers: ReadonlyMap<string, readonly string[]>;
}

export interface Named {
  readonly metrics: readonly NamedMetric[];
  /** Labels that are grouped by. */
  readonly grouped: readonly string[];
}

const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset']);

export function namedIn(expression: string): Named {
  const selectors: string[] = [];
  const grouped: string[] = [];
  // Selectors first, so that nothing inside them is taken for a metric.
  const bare = expression
    .replaceAll(/\{([^}]*)\}/g, (_, selector: string) => ` {${selectors.push(selector) - 1}}`)
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without|on)\s*\(([^)]*)\)/g, (_, labels: string) => {
      grouped.push(...labels.split(',').map((label) => label.trim()));
      return '';
    });
  const metrics = Array.from(
    bare.matchAll(/\b([a-zA-Z_:][\w:]*)\b(?!\s*\()(?:\s*\{(\d+)\})?/g),
    ([, name = '', selector]) => ({ name, matchers: matchersOf(selectors[Number(selector ?? -1)] ?? '') }),
  );
  return { metrics: metrics.filter(({ name }) => !WORDS.has(name)), grouped };
}

function matchersOf(selector: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Array.from(selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g), ([, label = '', value = '']) => [
      label,
      value.includes('$') || value.includes('..') ? [] : value.split('|'),
    ]),
  );
}
