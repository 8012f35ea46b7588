import { describe, expect, it } from 'vitest';
import { NEVER_CANCELLED } from '../../src/cancellation.js';
import { healthRoutes } from '../../src/http/health.js';
import { until } from '../support/until.js';

describe('/readyz', () => {
  it('asks each destination once for all who ask at the same time, and again a moment later', async () => {
    let checks = 0;
    const check = async () => {
      checks += 1;
    };
    const routes = healthRoutes({
      destinations: [{ id: 'd', check }],
      warmUp: async () => {},
      isStopping: () => false,
    });
    const ready = routes.find(({ path }) => path === '/readyz');
    const ask = async () => (await ready?.handle(REQUEST))?.status;
    expect(await Promise.all(Array.from({ length: 100 }, ask))).toEqual(Array(100).fill(200));
    expect(checks).toBe(1);
    await until('it is asked again', async () => {
      await ask();
      expect(checks).toBe(2);
    });
  });
});

/** Nothing of it is looked at. */
const REQUEST = {
  method: 'GET',
  path: '/readyz',
  search: '',
  headers: {},
  requestId: 'r',
  isAmbiguous: false,
  cancellation: NEVER_CANCELLED,
  countLookups() {},
  note: undefined,
  jsonText: async () => '',
};
