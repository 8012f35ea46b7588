/** The rules between entries of the file. They read what can be read, so that mistakes elsewhere do not hide theirs. */

import { z } from 'zod';
import type { DocumentPath } from './document-path.js';

/** A rule that does not hold, and where. */
export interface Conflict {
  readonly path: DocumentPath;
  readonly message: string;
}

/** @param value the file as plain data, valid or not */
export function findConflicts(value: unknown): Conflict[] {
  const { destinations, accessTokens } = outline.parse(value);
  const ids = destinations.map(({ id }) => id);
  return [
    ...repeated('destinations', 'id', ids),
    ...repeated(
      'accessTokens',
      'name',
      accessTokens.map(({ name }) => name),
    ),
    ...repeated(
      'accessTokens',
      'sha256',
      accessTokens.map(({ sha256 }) => sha256?.toLowerCase()),
    ),
    ...accessTokens.flatMap((token, index) => unknownDestinations(index, token.destinations, ids)),
  ];
}

const text = z.string().optional().catch(undefined);

const outline = z
  .object({
    // Where there is no list, nobody can say which IDs there are: as with an ID that cannot be read.
    destinations: z.array(z.object({ id: text }).catch({ id: undefined })).catch([{ id: undefined }]),
    accessTokens: z
      .array(
        z
          .object({ name: text, sha256: text, destinations: z.array(text).catch([]) })
          .catch({ name: undefined, sha256: undefined, destinations: [] }),
      )
      .catch([]),
  })
  .catch({ destinations: [{ id: undefined }], accessTokens: [] });

function repeated(list: string, key: string, values: readonly (string | undefined)[]): Conflict[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return value === undefined || first === index
      ? []
      : [{ path: [list, index, key], message: `must differ from ${list}[${first}].${key}` }];
  });
}

function unknownDestinations(
  token: number,
  granted: readonly (string | undefined)[],
  ids: readonly (string | undefined)[],
): Conflict[] {
  // One that could not be read may be the one that is meant.
  if (ids.includes(undefined)) {
    return [];
  }
  return granted.flatMap((id, index) =>
    id === undefined || ids.includes(id)
      ? []
      : [
          {
            path: ['accessTokens', token, 'destinations', index],
            message: 'is not the ID of a destination in this file',
          },
        ],
  );
}
