import type { KeyPart, KeyPlaceholder } from './config.js';

const PLACEHOLDERS: readonly KeyPlaceholder[] = [
  'workspaceId',
  'destinationId',
  'entity',
  'idType',
  'idValue',
];
const FROM_CALLER: readonly KeyPlaceholder[] = ['entity', 'idType', 'idValue'];

/**
 * Takes a key template such as `crm:{entity}:{idType}:{idValue}` apart. A template is refused where two different ids could
 * give one key: entity and id type hold no colon, so each must be followed by one; the value may hold anything, so it comes
 * last of the three.
 * @returns the parts, or what is wrong with the template and what would be right
 */
export function parseKeyTemplate(
  template: string,
): { readonly parts: readonly KeyPart[] } | { readonly problem: string } {
  const parts: KeyPart[] = [];
  for (const [, literal, name] of template.matchAll(/([^{}]+)|\{([^{}]*)\}|[{}]/g)) {
    const placeholder = PLACEHOLDERS.find((known) => known === name);
    if (literal !== undefined) {
      parts.push({ literal });
    } else if (placeholder !== undefined) {
      parts.push({ placeholder });
    } else {
      return {
        problem: `may hold the placeholders ${PLACEHOLDERS.map((known) => `{${known}}`).join(' ')} and no other braces`,
      };
    }
  }
  const problem = ambiguityOf(parts);
  return problem === undefined ? { parts } : { problem };
}

function ambiguityOf(parts: readonly KeyPart[]): string | undefined {
  const names = parts.map((part) => ('placeholder' in part ? part.placeholder : undefined));
  const fromCaller = names.filter((name) => name !== undefined && FROM_CALLER.includes(name));
  if (fromCaller.length !== new Set(fromCaller).size) {
    return 'must hold {entity}, {idType} and {idValue} at most once each';
  }
  if (fromCaller.at(-1) !== 'idValue') {
    return 'must hold {idValue}, behind {entity} and {idType}: an id may hold anything, and would run into what follows it';
  }
  for (const [index, name] of names.entries()) {
    const next = parts[index + 1];
    const followedByColon = next !== undefined && 'literal' in next && next.literal.startsWith(':');
    if ((name === 'entity' || name === 'idType') && !followedByColon) {
      return `must have a colon behind {${name}}, which would run into what follows it`;
    }
  }
  return undefined;
}

/** The placeholders of a template. */
export function placeholdersOf(parts: readonly KeyPart[]): ReadonlySet<KeyPlaceholder> {
  return new Set(parts.flatMap((part) => ('placeholder' in part ? [part.placeholder] : [])));
}
