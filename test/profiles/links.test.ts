import { describe, expect, it } from 'vitest';
import { linkedIds } from '../../src/profiles/links.js';
import { StoredProfile } from '../../src/profiles/stored-profile.js';

const LINK_TRAITS = { user_id: 'USER_ID', email: 'EMAIL' };

const idsIn = (models: Readonly<Record<string, string>>) =>
  linkedIds('user', new StoredProfile(new Map(Object.entries(models))), LINK_TRAITS).map(
    ({ entity, type, value }) => `${entity}/${type}/${value}`,
  );

describe('link traits', () => {
  it.each([
    ['text', '{"EMAIL":"ada@example.com"}', ['user/email/ada@example.com']],
    ['text with escapes', '{"EMAIL":"a\\u0064a\\n\\"x"}', ['user/email/ada\n"x']],
    ['a number, digit for digit', '{"USER_ID":12345678901234567890}', ['user/user_id/12345678901234567890']],
    ['a negative one', '{"USER_ID":-1}', ['user/user_id/-1']],
    [
      'a list',
      '{"USER_ID":[ 1 , "2",null,"", 3.0]}',
      ['user/user_id/1', 'user/user_id/2', 'user/user_id/3.0'],
    ],
    ['an empty list', '{"USER_ID":[ ]}', []],
    ['null, empty text, nothing', '{"USER_ID":null,"EMAIL":"","OTHER":"x"}', []],
  ])('name ids as %s', (_, traits, ids) => {
    expect(idsIn({ m: traits })).toEqual(ids);
  });

  it('are looked for in every model, and ids of another type come under it', () => {
    expect(idsIn({ b: '{"USER_ID":"2"}', a: '{"USER_ID":"1","EMAIL":"x"}', c: '{}' })).toEqual([
      'user/user_id/1',
      'user/user_id/2',
      'user/email/x',
    ]);
  });

  it.each([
    ['{"USER_ID":true}', 'The trait USER_ID of linkTraits holds something that is no id'],
    ['{"USER_ID":{}}', 'The trait USER_ID of linkTraits holds something that is no id'],
    ['{"USER_ID":[["1"]]}', 'The trait USER_ID of linkTraits holds something that is no id'],
    ['{"USER_ID":"\\ud800"}', 'The trait USER_ID of linkTraits holds something that is no id'],
    ['{"USER_ID"', 'The value stored for model "m" is not JSON'],
  ])('that cannot be read are an error, and not nothing: %s', (traits, message) => {
    expect(() => idsIn({ m: traits })).toThrow(message);
  });
});
