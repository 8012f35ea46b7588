import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SampleProfile, sampleProfiles } from '../../src/demo/sample-profiles.js';
import { parseProfileId } from '../../src/profiles/profile-id.js';

const WEB_MODEL = 'WEB_PERSONALIZATION:FEATURES_BY_ANON';
const MONEY = /^\d+\.\d\d$/;

/** Whoever changes the sample profiles on purpose writes the new hash here, and looks at what the docs show of them. */
const PINNED_SHA256 = '56c09ddf42f19a719b6a7c1c545869a8084d87d1a34b6a8bb6116d3eb497f1a2';

describe('the sample profiles', () => {
  const profiles = sampleProfiles();
  const users = profiles.filter(({ entity }) => entity === 'user');

  it('are well over a thousand, of users, accounts and projects', () => {
    expect(profiles.length).toBeGreaterThanOrEqual(1_000);
    expect(countOf('user', 'user_id')).toBeGreaterThanOrEqual(400);
    expect(countOf('account', 'account_id')).toBeGreaterThanOrEqual(60);
    expect(countOf('project', 'project_key')).toBeGreaterThanOrEqual(40);
    expect(new Set(profiles.map(({ entity }) => entity))).toEqual(new Set(['user', 'account', 'project']));
  });

  it('are found by different ids', () => {
    expect(new Set(profiles.map(keyOf)).size).toBe(profiles.length);
  });

  it('are found by ids that the gateway takes', () => {
    const names = { entity: 'entity', type: 'idType', value: 'idValue' };
    for (const { entity, idType, idValue } of profiles) {
      const id = parseProfileId({ entity, type: idType, value: idValue }, names);
      expect(id).toEqual({ entity, type: idType, value: idValue });
    }
  });

  it('have at least one model each, whose text is a JSON object', () => {
    for (const { models } of profiles) {
      expect(models.size).toBeGreaterThan(0);
      for (const text of models.values()) {
        expect(text).toMatch(/^\{.*\}$/s);
        expect(JSON.parse(text)).toBeTypeOf('object');
      }
    }
  });

  it('store each person under user_id, email and anonymous_id with the same traits', () => {
    const people = groupBy(users, (user) => traitsOf(user, 'user_360').USER_ID);
    expect(people.size).toBe(countOf('user', 'user_id'));
    for (const [userId, same] of people) {
      const idTypes = same.map(({ idType }) => idType);
      expect(idTypes.slice(0, 3)).toEqual(['user_id', 'email', 'anonymous_id']);
      expect(new Set(idTypes).size).toBe(idTypes.length);
      expect(same[0]?.idValue).toBe(userId);
      for (const model of ['user_360', 'churn_scores', 'product_recommendations']) {
        expect(new Set(same.map(({ models }) => models.get(model))).size).toBe(1);
      }
    }
  });

  it('store what a web page is personalised with under anonymous_id alone', () => {
    const idTypes = profiles.filter(({ models }) => models.has(WEB_MODEL)).map(({ idType }) => idType);
    expect(new Set(idTypes)).toEqual(new Set(['anonymous_id']));
  });

  it('have rudder_ids with colons, and carts of some shoppers', () => {
    const rudderIds = users.filter(({ idType }) => idType === 'rudder_id');
    expect(rudderIds.length).toBeGreaterThan(20);
    expect(rudderIds.every(({ idValue }) => idValue.includes(':'))).toBe(true);
    expect(countOf('user', 'cart_token')).toBeGreaterThan(20);
  });

  it('have addresses in ASCII that reach no one', () => {
    for (const { idValue } of users.filter(({ idType }) => idType === 'email')) {
      expect(idValue).toMatch(/^[a-z]+(\.[a-z]+\d*)?@example\.(com|org|net)$/);
    }
    for (const { idValue } of profiles.filter(({ idType }) => idType === 'domain').slice(1)) {
      expect(idValue).toMatch(/^[a-z-]+\.example$/);
    }
  });

  it('have names beyond ASCII', () => {
    const names = new Set(users.map((user) => traitsOf(user, 'user_360').FIRST_NAME));
    expect(names).toContain('Zoë');
    expect(names).toContain('Łukasz');
    expect(names).toContain('美咲');
  });

  it('lack a model or a value now and then, as in life', () => {
    for (const model of ['churn_scores', 'product_recommendations']) {
      const having = users.filter(({ models }) => models.has(model)).length;
      expect(having).toBeGreaterThan(users.length / 2);
      expect(having).toBeLessThan(users.length);
    }
    expect(users.some((user) => traitsOf(user, 'user_360').ADDRESS === null)).toBe(true);
    expect(users.some((user) => traitsOf(user, 'user_360').LAST_NAME === null)).toBe(true);
  });

  it('keep two digits of money', () => {
    const amounts = profiles.flatMap(({ models }) =>
      [...models.values()].flatMap((text) =>
        [...text.matchAll(/"(?:LIFETIME_VALUE|PRICE|TOTAL|MRR)":([^,}]*)/g)].map(([, amount]) => amount),
      ),
    );
    expect(amounts.length).toBeGreaterThan(1_000);
    expect(amounts.filter((amount) => !MONEY.test(amount ?? ''))).toEqual([]);
    expect(profileOf('user', 'user_id', 'u-1001').models.get('user_360')).toContain(
      '"LIFETIME_VALUE":1284.50,',
    );
  });

  it('have carts whose total is the sum of their items', () => {
    const carts = profiles.flatMap(({ models }) => {
      const { ABANDONED_CART: cart } = JSON.parse(models.get(WEB_MODEL) ?? '{}');
      return cart ? [cart] : [];
    });
    expect(carts.length).toBeGreaterThan(20);
    for (const { ITEMS: items, TOTAL: total } of carts) {
      const sum = items.reduce(
        (soFar: number, { PRICE, QUANTITY }: { PRICE: number; QUANTITY: number }) => soFar + PRICE * QUANTITY,
        0,
      );
      expect(total).toBeCloseTo(sum, 5);
    }
  });

  it('begin with the three people that the documentation names', () => {
    expect(users.slice(0, 4).map(({ idType, idValue }) => [idType, idValue])).toEqual([
      ['user_id', 'u-1001'],
      ['email', 'ada@example.com'],
      ['anonymous_id', 'anon-ada'],
      ['rudder_id', 'rid:user:5d0c6f1e8ab24c37'],
    ]);
    expect(traitsOf(profileOf('user', 'email', 'ada@example.com'), 'user_360')).toMatchObject({
      FIRST_NAME: 'Ada',
      LANGUAGE: 'en',
      LOYALTY_TIER: 'gold',
    });
    expect(traitsOf(profileOf('user', 'anonymous_id', 'anon-grace'), WEB_MODEL)).toMatchObject({
      ABANDONED_CART: { TOTAL: 508.9 },
    });
    expect([...profileOf('user', 'email', 'linus@example.com').models.keys()]).toEqual(['user_360']);
    expect([...profileOf('user', 'anonymous_id', 'anon-linus').models.keys()]).toEqual([
      'user_360',
      WEB_MODEL,
    ]);
  });

  it('begin with account example.com and project PRJ-7 among their kind', () => {
    const first = (entity: string) => profiles.find((profile) => profile.entity === entity);
    expect(first('account')).toMatchObject({ idType: 'domain', idValue: 'example.com' });
    expect(first('project')).toMatchObject({ idType: 'project_key', idValue: 'PRJ-7' });
    expect(profileOf('account', 'account_id', 'acc-1').models).toEqual(first('account')?.models);
  });

  it('are the same in every call', () => {
    expect(sampleProfiles()).toEqual(profiles);
  });

  it('are the same on every machine, and do not change unnoticed', () => {
    const text = JSON.stringify(profiles.map((profile) => [keyOf(profile), [...profile.models]]));
    expect(createHash('sha256').update(text).digest('hex')).toBe(PINNED_SHA256);
  });

  function countOf(entity: string, idType: string): number {
    return profiles.filter((profile) => profile.entity === entity && profile.idType === idType).length;
  }

  function profileOf(entity: string, idType: string, idValue: string): SampleProfile {
    const key = keyOf({ entity, idType, idValue });
    const found = profiles.find((profile) => keyOf(profile) === key);
    if (found === undefined) {
      throw new Error(`There is no sample profile ${key}`);
    }
    return found;
  }
});

function keyOf({ entity, idType, idValue }: Omit<SampleProfile, 'models'>): string {
  return `${entity}:${idType}:${idValue}`;
}

function traitsOf({ models }: SampleProfile, model: string): Record<string, unknown> {
  return JSON.parse(models.get(model) ?? '{}');
}

function groupBy<T>(items: readonly T[], keyFor: (item: T) => unknown): Map<unknown, T[]> {
  const groups = new Map<unknown, T[]>();
  for (const item of items) {
    const key = keyFor(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
