import { describe, expect, it } from 'vitest';
import { type AuditedRequest, createAudit } from '../../src/telemetry/audit.js';
import { LineGatherer } from '../../src/telemetry/line-gatherer.js';
import { createLogger } from '../../src/telemetry/logger.js';
import type { LookupOutcome } from '../../src/telemetry/lookup-notes.js';

const REQUEST: AuditedRequest = {
  requestId: 'r-1',
  method: 'POST',
  path: '/graphql',
  status: 200,
  ms: 1.26,
  token: 'web',
};

type Lookup = readonly [destinationId: string, entity: string, type: string, outcome: LookupOutcome];

/** @returns the line of each request, as JSON has it */
function linesOf(
  requests: readonly { readonly request?: Partial<AuditedRequest>; readonly lookups?: readonly Lookup[] }[],
): unknown[] {
  const lines: string[] = [];
  const begin = createAudit(createLogger({ output: { write: (line) => lines.push(line) } }), undefined);
  for (const { request, lookups = [] } of requests) {
    const trail = begin();
    for (const [destinationId, entity, type, outcome] of lookups) {
      trail.lookup(destinationId, { entity, type, value: 'secret' }, outcome);
    }
    trail.write({ ...REQUEST, ...request }, undefined, undefined);
  }
  return lines.map((line) => {
    const { level, time, ...told } = JSON.parse(line);
    expect(level).toBe(30);
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(10_000);
    return told;
  });
}

describe('a line of the audit', () => {
  it('tells of its own request, whatever the one before was', () => {
    const found: Lookup = ['d-1', 'user', 'user_id', 'found'];
    const missing: Lookup = ['d-1', 'user', 'user_id', 'missing'];
    const email: Lookup = ['d-1', 'user', 'email', 'found'];
    const failed: Lookup = ['d-2', 'user', 'email', { code: 'STORE_TIMEOUT' }];
    const group = { destinationId: 'd-1', entity: 'user', idType: 'user_id' };
    const usual = {
      requestId: 'r-1',
      method: 'POST',
      path: '/graphql',
      status: 200,
      ms: 1.3,
      token: 'web',
      msg: 'request',
    };
    expect(
      linesOf([
        { lookups: [found] },
        { request: { requestId: 'r-2' }, lookups: [found, missing] },
        { request: { token: 'app "2"' }, lookups: [missing, missing] },
        { request: { token: undefined, status: 401, method: 'GET', path: '/v1/x' } },
        { lookups: [email, found, failed, found] },
        { lookups: [found] },
      ]),
    ).toEqual([
      { ...usual, lookups: [{ ...group, count: 1 }] },
      { ...usual, requestId: 'r-2', lookups: [{ ...group, count: 2, missing: 1 }] },
      { ...usual, token: 'app "2"', lookups: [{ ...group, count: 2, missing: 2 }] },
      { requestId: 'r-1', method: 'GET', path: '/v1/x', status: 401, ms: 1.3, msg: 'request' },
      {
        ...usual,
        lookups: [
          { ...group, idType: 'email', count: 1 },
          { ...group, count: 2 },
          { destinationId: 'd-2', entity: 'user', idType: 'email', count: 1, failed: { STORE_TIMEOUT: 1 } },
        ],
      },
      { ...usual, lookups: [{ ...group, count: 1 }] },
    ]);
  });

  it.each([
    [0, 0],
    [0.04, 0],
    [0.05, 0.1],
    [0.96, 1],
    [1, 1],
    [12.34, 12.3],
    [99.99, 100],
    [65_000.06, 65_000.1],
  ])('tells %d ms as %d', (ms, told) => {
    expect(linesOf([{ request: { ms } }])).toMatchObject([{ ms: told }]);
  });

  it('is whole where lines are gathered, however long its parts are', () => {
    const gathered: string[] = [];
    const output = new LineGatherer(
      { droppedLines: 0, write: (bytes) => void gathered.push(String(bytes)), flushSync() {} },
      400,
    );
    const begin = createAudit(createLogger({ format: 'json', output }), undefined);
    const asked = Array.from({ length: 300 }, (_, index) => ({
      requestId: 'r'.repeat(1 + ((index * 37) % 128)),
      method: 'POST',
      path: '/graphql',
      status: 200,
      ms: index % 3 === 0 ? 123_456_789_012_345.5 : index / 8,
      token: index % 5 === 0 ? undefined : `${'漢'.repeat(index % 20)}"é`,
    }));
    const traceOf = (index: number) => (index % 7 === 0 ? 'f'.repeat(32) : undefined);
    for (const [index, request] of asked.entries()) {
      const trail = begin();
      for (let lookup = 0; lookup < index % 4; lookup += 1) {
        trail.lookup('d"é', { entity: 'user', type: `type-${lookup % 2}`, value: 'secret' }, 'missing');
      }
      trail.write(request, traceOf(index), undefined);
    }
    output.handOn();
    const lines = gathered.join('').trimEnd().split('\n');
    const told = lines.map((line) => {
      const { level, time, msg, lookups = [], ...facts } = JSON.parse(line);
      return { ...facts, missing: lookups.map((group: { missing: number }) => group.missing) };
    });
    expect(told).toEqual(
      asked.map((request, index) => ({
        ...request,
        ms: Math.round(request.ms * 10) / 10,
        traceId: traceOf(index),
        missing: [[], [1], [1, 1], [2, 1]][index % 4],
      })),
    );
  });

  it('has names that callers made up only where they look like names', () => {
    expect(linesOf([{ lookups: [['d-1', 'a@b.example', 'x"y', 'found']] }])).toMatchObject([
      { lookups: [{ entity: '?', idType: '?' }] },
    ]);
  });
});
