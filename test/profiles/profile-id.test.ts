import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { profileKey } from '../../src/profiles/layouts/profile-key.js';
import { parseProfileId } from '../../src/profiles/profile-id.js';

const NAMES = { entity: 'entity', type: 'idType', value: 'idValue' };
const OWNER = { workspaceId: 'ws', destinationId: 'dest' };
const control = fc.constantFrom('\0', '\n', '\u001f', '\u007f', '\u0085');
const name = fc
  .string({ minLength: 1, maxLength: 128, unit: 'grapheme-composite' })
  .filter((text) => [...text].length <= 128 && !/[:\p{Cc}]/u.test(text));
const value = fc
  .string({ minLength: 1, maxLength: 200, unit: 'binary' })
  .filter((text) => text.isWellFormed());

describe('a profile id', () => {
  it('makes a key that holds its parts and nothing else', () => {
    fc.assert(
      fc.property(name, name, value, (entity, type, idValue) => {
        const id = parseProfileId({ entity, type, value: idValue }, NAMES);
        const parts = profileKey(OWNER, id).split(':');
        expect([...parts.slice(0, 4), parts.slice(4).join(':')]).toEqual([
          'ws',
          'dest',
          entity,
          type,
          idValue,
        ]);
      }),
    );
  });

  it('refuses a colon or a control character in entity and id type, wherever it stands', () => {
    const bad = fc
      .tuple(fc.string(), fc.oneof(fc.constant(':'), control), fc.string())
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        bad.filter((text) => text.length <= 128 && text.isWellFormed()),
        (text) => {
          expect(refusal({ entity: text, type: 'email', value: 'a' })).toMatch(/^entity must not hold/);
          expect(refusal({ entity: 'user', type: text, value: 'a' })).toMatch(/^idType must not hold/);
        },
      ),
    );
  });

  it.each([
    [{ entity: '', type: 'email', value: 'a' }, 'entity must not be empty'],
    [{ entity: 'user', type: '', value: 'a' }, 'idType must not be empty'],
    [{ entity: 'user', type: 'email', value: '' }, 'idValue must not be empty'],
    [{ entity: 'x'.repeat(129), type: 'email', value: 'a' }, 'entity must not be longer than 128 characters'],
    [{ entity: 'user', type: 'x'.repeat(129), value: 'a' }, 'idType must not be longer than 128 characters'],
    [
      { entity: 'user', type: 'email', value: 'x'.repeat(513) },
      'idValue must not be longer than 512 characters',
    ],
    [{ entity: 'user', type: 'email', value: '\ud800' }, 'idValue must be well-formed Unicode'],
    [{ entity: undefined, type: 'email', value: 'a' }, 'entity must be a string, it is missing'],
    [{ entity: 'user', type: 'email', value: 7 }, 'idValue must be a string'],
    [{ entity: 'user', type: null, value: 'a' }, 'idType must be a string'],
  ])('says what is wrong: %j', (input, message) => {
    expect(refusal(input)).toBe(message);
  });

  it('takes the longest values allowed, counted in characters', () => {
    const id = { entity: 'é'.repeat(128), type: '日'.repeat(128), value: '😀'.repeat(512) };
    expect(parseProfileId(id, NAMES)).toEqual(id);
  });
});

function refusal(input: { entity: unknown; type: unknown; value: unknown }): string | undefined {
  try {
    parseProfileId(input, NAMES);
  } catch (error) {
    return error instanceof GatewayError && error.code === 'BAD_REQUEST' ? error.message : String(error);
  }
  return undefined;
}
