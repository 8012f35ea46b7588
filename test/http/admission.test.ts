import { afterEach, describe, expect, it, vi } from 'vitest';
import { Admission, Place } from '../../src/http/admission.js';
import { createLogged } from '../support/logged.js';

const LIMITS = {
  requestsInFlight: 2,
  lookupsInFlight: 100,
  eventLoopDelayMs: 10_000,
  mode: 'enforce',
} as const;
/** Longer than the time between two looks. */
const A_LOOK_MS = 120;

let admission: Admission;
afterEach(() => {
  admission.close();
  vi.useRealTimers();
});

function start(): void {
  vi.useFakeTimers();
  admission = new Admission(() => LIMITS, createLogged().logger);
}

function begun(): Place {
  const place = new Place();
  admission.begin(place);
  return place;
}

describe('room', () => {
  it('is taken by requests, and given back', () => {
    start();
    const first = begun();
    expect(admission.admits()).toBe(true);
    begun();
    expect(admission.admits()).toBe(false);
    admission.end(first);
    expect(admission.admits()).toBe(true);
    expect(admission.state).toMatchObject({ requestsInFlight: 1, refused: 1 });
  });

  it('is taken by their lookups', () => {
    start();
    const place = begun();
    admission.countLookups(place, 60);
    expect(admission.admits()).toBe(true);
    admission.countLookups(place, 60);
    expect(admission.admits()).toBe(false);
    admission.end(place);
    expect(admission.admits()).toBe(true);
  });

  it('is not taken by what is still done for a request that was answered at its deadline', () => {
    start();
    for (let times = 0; times < 10; times += 1) {
      const place = begun();
      admission.end(place);
      admission.countLookups(place, 60);
      admission.awaitBody(place);
      admission.bodyCame(place);
    }
    expect(admission.state.requestsInFlight).toBe(0);
    expect(admission.admits()).toBe(true);
  });

  it.each([
    { name: 'in time', looks: 0 },
    { name: 'after a look', looks: 2 },
  ])('is what it was after bodies that came, or were given up, $name', ({ looks }) => {
    start();
    for (const isGivenUp of [false, true]) {
      const place = begun();
      admission.awaitBody(place);
      vi.advanceTimersByTime(looks * A_LOOK_MS);
      expect(admission.state.requestsInFlight).toBe(looks === 0 ? 1 : 0);
      if (!isGivenUp) {
        admission.bodyCame(place);
        expect(admission.state.requestsInFlight).toBe(1);
      }
      admission.end(place);
      // It comes too late.
      admission.bodyCame(place);
      vi.advanceTimersByTime(A_LOOK_MS);
      expect(admission.state.requestsInFlight).toBe(0);
    }
  });
});
