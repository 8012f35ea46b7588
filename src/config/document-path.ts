/** The way from the top of the file to a value: keys of mappings and positions in lists. */
export type DocumentPath = readonly PropertyKey[];

/**
 * What a key looks like. Anything else may be a secret that a slip of the pen made a key: `{ password:s3cret }` is
 * a mapping with the one key `password:s3cret`. An access token is longer than this allows.
 */
const KEY = /^[A-Za-z_][\w-]{0,39}$/;

/** `destinations[0].config.address`; a key that may not be shown is `?`. */
export function formatPath(path: DocumentPath): string {
  return path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${KEY.test(String(part)) ? String(part) : '?'}`,
    )
    .join('')
    .replace(/^\./, '');
}
