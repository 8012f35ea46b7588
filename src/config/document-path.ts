/** The way from the top of the file to a value: keys of mappings and positions in lists. */
export type DocumentPath = readonly PropertyKey[];

/**
 * `destinations[0].config.address`.
 * @param isShown whether a key may be printed; `?` stands for one that may not
 */
export function formatPath(path: DocumentPath, isShown: (key: string) => boolean): string {
  return path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${isShown(String(part)) ? String(part) : '?'}`,
    )
    .join('')
    .replace(/^\./, '');
}
