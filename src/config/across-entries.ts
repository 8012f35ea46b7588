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
  const { destinations, accessTokensFile, profileTokens, identityProviders, audit } = outline.parse(value);
  const { accessTokens } = tokensOutline.parse(value);
  const ids = destinations.map(({ id }) => id);
  return [
    ...repeated('destinations', 'id', ids),
    ...findTokenConflicts(value, ids),
    ...(accessTokensFile !== undefined && accessTokens.length > 0
      ? [
          {
            path: ['accessTokens'],
            message: 'must be left out beside accessTokensFile: the tokens are there',
          },
        ]
      : []),
    ...sampledAudit(audit),
    ...repeated(
      'profileTokens.keys',
      'kid',
      profileTokens.keys.map(({ kid }) => kid),
    ),
    ...profileTokens.keys.flatMap(({ accessToken }, index) =>
      accessToken === undefined ||
      accessTokensFile !== undefined ||
      accessTokens.some(({ name }) => name === undefined || name === accessToken)
        ? []
        : [
            {
              path: ['profileTokens', 'keys', index, 'accessToken'],
              message: 'is not the name of an access token in this file',
            },
          ],
    ),
    ...repeated(
      'identityProviders',
      'issuer',
      identityProviders.map(({ issuer }) => issuer),
    ),
    ...identityProviders.flatMap(({ grants }, provider) =>
      grants.flatMap(({ destinations: granted, destination }, index) => {
        const path = ['identityProviders', provider, 'grants', index];
        return [
          ...unknownDestinations([...path, 'destinations'], granted, ids),
          ...unknownDestinations(path, [destination], ids).map((conflict) => ({
            ...conflict,
            path: [...path, 'destination'],
          })),
        ];
      }),
    ),
  ];
}

/**
 * @param value a file with `accessTokens` as plain data, valid or not
 * @param ids of the destinations there are; undefined stands for one that could not be read
 */
export function findTokenConflicts(value: unknown, ids: readonly (string | undefined)[]): Conflict[] {
  const { accessTokens } = tokensOutline.parse(value);
  const hashes = accessTokens.map(({ sha256 }) => sha256?.toLowerCase());
  return [
    ...repeated(
      'accessTokens',
      'name',
      accessTokens.map(({ name }) => name),
    ),
    ...repeated('accessTokens', 'sha256', hashes),
    ...accessTokens.flatMap(({ previous }, index) => {
      const same = hashes.indexOf(previous.sha256?.toLowerCase() ?? '');
      return same === -1
        ? []
        : [
            {
              path: ['accessTokens', index, 'previous', 'sha256'],
              message: `must differ from accessTokens[${same}].sha256`,
            },
          ];
    }),
    ...accessTokens.flatMap(({ destinations }, index) =>
      unknownDestinations(['accessTokens', index, 'destinations'], destinations, ids),
    ),
  ];
}

const text = z.string().optional().catch(undefined);
const texts = z.array(text).catch([]);

/** A list whose entries are read as far as they can be. */
function listOf<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const entry = z.object(shape);
  return z
    .array(z.preprocess((input) => (typeof input === 'object' && input !== null ? input : {}), entry))
    .catch([]);
}

const tokensOutline = z
  .object({
    accessTokens: listOf({
      name: text,
      sha256: text,
      previous: z.object({ sha256: text }).catch({ sha256: undefined }),
      destinations: texts,
    }),
  })
  .catch({ accessTokens: [] });

const NO_KEYS = { keys: [] };
const WHOLE_AUDIT = { idKey: undefined, sampleSuccesses: 1 };
const outline = z
  .object({
    // Where there is no list, nobody can say which IDs there are: as with an ID that cannot be read.
    destinations: z.array(z.object({ id: text }).catch({ id: undefined })).catch([{ id: undefined }]),
    accessTokensFile: text,
    audit: z.object({ idKey: text, sampleSuccesses: z.coerce.number().catch(1) }).catch(WHOLE_AUDIT),
    profileTokens: z.object({ keys: listOf({ kid: text, accessToken: text }) }).catch(NO_KEYS),
    identityProviders: listOf({ issuer: text, grants: listOf({ destinations: texts, destination: text }) }),
  })
  .catch({
    destinations: [{ id: undefined }],
    accessTokensFile: undefined,
    audit: WHOLE_AUDIT,
    profileTokens: NO_KEYS,
    identityProviders: [],
  });

/** Ids are noted so that one can tell whether somebody was read, and a sample cannot. */
function sampledAudit({
  idKey,
  sampleSuccesses,
}: {
  readonly idKey?: string | undefined;
  readonly sampleSuccesses: number;
}): Conflict[] {
  return idKey !== undefined && sampleSuccesses < 1
    ? [
        {
          path: ['audit', 'sampleSuccesses'],
          message: 'must be 1 beside idKey: a sample cannot tell whether an id was read',
        },
      ]
    : [];
}

function repeated(list: string, key: string, values: readonly (string | undefined)[]): Conflict[] {
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    return value === undefined || first === index
      ? []
      : [{ path: [...list.split('.'), index, key], message: `must differ from ${list}[${first}].${key}` }];
  });
}

function unknownDestinations(
  path: DocumentPath,
  granted: readonly (string | undefined)[],
  ids: readonly (string | undefined)[],
): Conflict[] {
  // One that could not be read may be the one that is meant.
  if (ids.includes(undefined)) {
    return [];
  }
  return granted.flatMap((pattern, index) => {
    const id = pattern?.replace(/^!/, '');
    // A pattern may fit destinations that are yet to come.
    return id === undefined || id.includes('*') || ids.includes(id)
      ? []
      : [{ path: [...path, index], message: 'is not the ID of a configured destination' }];
  });
}
