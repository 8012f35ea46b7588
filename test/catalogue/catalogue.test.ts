import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { parsePbProject } from '../../src/catalogue/pb-project.js';

const catalogue = new Catalogue(
  parsePbProject(`
entities:
  - name: user
    feature_views: { using_ids: [{ id: email, name: a }, { id: email, name: b }, { id: user_id }] }
  - name: account
    serve_traits: [{ id_served: domain }]
  - name: campaign
  - name: __proto__
    serve_traits: [{ id_served: toString }]
`),
);
const NAMES = { entity: 'entity', type: 'idType', value: 'idValue' };
const all = () => true;
const problem = (entity: string, type: string, isKnown: (entity: string, idType: string) => boolean = all) =>
  catalogue.problemWith({ entity, type }, NAMES, isKnown);

describe('a catalogue', () => {
  it('knows each entity that is served, and each of its id types once', () => {
    expect(catalogue.knownTo(all)).toEqual([
      { name: 'user', idTypes: ['email', 'user_id'] },
      { name: 'account', idTypes: ['domain'] },
      { name: '__proto__', idTypes: ['toString'] },
    ]);
    expect(catalogue.knownTo((entity, idType) => entity === 'user' && idType === 'email')).toEqual([
      { name: 'user', idTypes: ['email'] },
    ]);
  });

  it('says what there is where something else is asked for', () => {
    expect(problem('user', 'email')).toBeUndefined();
    expect(problem('__proto__', 'toString')).toBeUndefined();
    expect(problem('user', 'domain')).toBe('idType must be one of email, user_id: no other is synced');
    expect(problem('account', 'email')).toBe('idType must be domain: no other is synced');
    for (const entity of ['campaign', 'User', 'constructor']) {
      expect(problem(entity, 'email')).toBe(
        'entity must be one of user, account, __proto__: no other is synced',
      );
    }
  });

  it('names nothing that the one who asks may not know', () => {
    const isKnown = (entity: string, idType: string) => entity === 'user' && idType !== 'user_id';
    expect(problem('orders', 'email', isKnown)).toBe('entity must be user: no other is synced');
    expect(problem('user', 'phone', isKnown)).toBe('idType must be email: no other is synced');
    expect(problem('account', 'phone', isKnown)).toBe('idType is none that is synced');
    expect(problem('orders', 'email', () => false)).toBe('entity is none that is synced');
  });

  it('names the first twenty of very many', () => {
    const served = Array.from({ length: 25 }, (_, i) => ({ idType: `t${i}`, view: undefined }));
    const large = new Catalogue([{ name: 'user', served }]);
    expect(large.problemWith({ entity: 'user', type: 'x' }, NAMES, all)).toMatch(
      /t19, or 5 others: no other/,
    );
  });
});
