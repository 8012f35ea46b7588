/** Whatever is asked for together, each lookup gets its own answer: before a gateway that is played by a function. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ActivationError, createClient } from '../../src/client/index.js';

interface Id {
  readonly type: string;
  readonly value: string;
}

/** As the gateway answers: what becomes of a lookup stands in its id value, and of a field in its destination. */
const play: typeof fetch = async (_, init) => {
  const { variables } = JSON.parse(String(init?.body)) as { variables: Record<string, string & Id[]> };
  const errors: object[] = [];
  let isLost = false;
  const data: Record<string, unknown[]> = {};
  for (let field = 0; variables[`d${field}`] !== undefined; field += 1) {
    const alias = `f${field}`;
    if (variables[`d${field}`]?.startsWith('no')) {
      errors.push({ message: 'no', path: [alias], extensions: { code: 'INVALID_DESTINATION' } });
      isLost = true;
      continue;
    }
    data[alias] = (variables[`i${field}`] ?? []).map(({ value }, place) => {
      if (value.startsWith('MALFORMED') || value.startsWith('STORE')) {
        const code = value.startsWith('STORE') ? 'STORE_TIMEOUT' : 'MALFORMED_TRAITS';
        errors.push({ message: value, path: [alias, place], extensions: { code } });
        return null;
      }
      return value.startsWith('missing')
        ? { exists: false, traits: {} }
        : { exists: true, traits: { m: { value } } };
    });
  }
  // The order of errors is nobody's promise.
  errors.reverse();
  const isAnswered = !isLost && Object.values(data).some((list) => list.some((item) => item !== null));
  return new Response(JSON.stringify({ data: isLost ? null : data, ...(errors.length > 0 && { errors }) }), {
    status: isAnswered ? 200 : 504,
  });
};

const lookup = fc.record({
  entity: fc.constantFrom('user', 'account'),
  destinationId: fc.constantFrom('a', 'b', 'no', 'no-other'),
  idType: fc.constantFrom('email', 'n'),
  idValue: fc
    .tuple(fc.constantFrom('found', 'found', 'missing', 'MALFORMED', 'STORE'), fc.nat({ max: 120 }))
    .map(([what, at]) => `${what}-${at}`),
  models: fc.constantFrom(undefined, ['m'], ['m', 'n']),
});

it('whatever is asked for together, each gets its own answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(lookup, { minLength: 1, maxLength: 300 }),
      fc.constantFrom(1, 7, 1_000),
      async (lookups, maxLookups) => {
        const client = createClient({ url: 'http://gateway', token: 't', fetch: play, maxLookups });
        const told = await Promise.all(
          lookups.map(({ models, ...request }) =>
            client.profile({ ...request, ...(models && { models }) }).then(
              ({ exists, id, traits }) => ({ exists, id, value: traits.m?.value }),
              (error: unknown) => (error instanceof ActivationError ? error.code : error),
            ),
          ),
        );
        expect(told).toEqual(
          lookups.map(({ destinationId, idType, idValue }) => {
            const id = { type: idType, value: idValue };
            if (destinationId.startsWith('no')) {
              return 'INVALID_DESTINATION';
            }
            if (idValue.startsWith('missing')) {
              return { exists: false, id, value: undefined };
            }
            if (idValue.startsWith('found')) {
              return { exists: true, id, value: idValue };
            }
            return idValue.startsWith('STORE') ? 'STORE_TIMEOUT' : 'MALFORMED_TRAITS';
          }),
        );
      },
    ),
    { numRuns: 100 },
  );
});
