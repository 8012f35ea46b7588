/** Three times as much as the gateway can: what it still answers, how its health answers meanwhile, and how soon it is well again. */

import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { CASES } from '../cases.mjs';
import { targetOf } from '../load/target.mjs';
import { load } from '../load/wrk.mjs';
import { withGateways } from '../servers.mjs';

const CONNECTIONS = 64;
const TIMES = 3;
/** Each connection asks again so long after its answer, whatever that was, on average. */
const PAUSE_MS = 30;
const MEASURED = ['one', 'fifty'];
const PROBE_MS = 25;
const PROBE_TIMEOUT_MS = 10_000;
/** An answer that takes longer is not one of a gateway that is well. */
const WELL_WITHIN_MS = 100;
const RECOVERY_SECONDS = 3;

/** @returns case → requests/s at most before and after; answered and refused at three times that; health at worst; ms until it is well */
export function overload({ settings, rounds, seconds, say }) {
  return withGateways(settings, [1], async ([server]) => {
    const figures = {};
    for (const name of MEASURED) {
      say(name);
      const target = targetOf(server, name, settings);
      await load({ ...target, connections: CONNECTIONS, seconds: 1 });
      const found = [];
      // Rounds differ by a tenth.
      for (let round = 0; round < 2 * rounds - 1; round += 1) {
        found.push(await once(server, target, seconds));
      }
      figures[name] = { profiles: CASES[name].profiles, ...middle(found) };
    }
    return figures;
  });
}

async function once(server, target, seconds) {
  const atMost = async () => (await load({ ...target, connections: CONNECTIONS, seconds })).requestsPerSecond;
  const before = await atMost();
  const health = probe(() => isHealthy(server.port));
  const over = await load({
    ...target,
    connections: Math.ceil((TIMES * before * PAUSE_MS) / 1_000),
    pauseMs: PAUSE_MS,
    // They connect within it, a thousand and more.
    seconds: 2 * seconds,
    mayRefuse: true,
  });
  const endedAt = performance.now();
  const stopped = health.stop();
  const [body] = target.lines.split('\n');
  const well = probe(() =>
    fetch(`http://127.0.0.1:${server.port}${target.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${target.token}` },
      body,
    }).then(isOkOf),
  );
  await load({
    ...target,
    connections: CONNECTIONS,
    pauseMs: (CONNECTIONS / (0.7 * before)) * 1_000,
    seconds: RECOVERY_SECONDS,
    mayRefuse: true,
  });
  const { lastUnwellAt } = await well.stop();
  const { worstMs, failed } = await stopped;
  // A machine that others use as well is faster or slower by a tenth from one moment to the next.
  const after = await atMost();
  const most = (before + after) / 2;
  return {
    before,
    after,
    goodput: over.requestsPerSecond,
    refused: over.refusedPerSecond,
    share: over.requestsPerSecond / most,
    healthWorstMs: worstMs,
    healthFailed: failed,
    recoveryMs: Math.max(0, lastUnwellAt - endedAt),
  };
}

/** By a connection of its own, as probes of Kubernetes and balancers ask. */
function isHealthy(port) {
  return new Promise((resolve, reject) => {
    const asked = get({ port, host: '127.0.0.1', path: '/healthz', agent: false }, (answer) => {
      answer.resume().once('close', () => resolve(answer.complete && answer.statusCode === 200));
    });
    asked.setTimeout(PROBE_TIMEOUT_MS, () => asked.destroy(new Error('no answer')));
    asked.once('error', reject);
  });
}

async function isOkOf(answer) {
  await answer.arrayBuffer();
  return answer.ok;
}

/** Asks again and again, one time after the other. @param ask resolves with whether the answer is as it should be */
function probe(ask) {
  const state = { worstMs: 0, failed: 0, lastUnwellAt: 0 };
  let isRunning = true;
  const run = async () => {
    while (isRunning) {
      const startedAt = performance.now();
      const isOk = await ask().catch(() => false);
      const ms = performance.now() - startedAt;
      state.worstMs = Math.max(state.worstMs, ms);
      state.failed += isOk ? 0 : 1;
      if (!isOk || ms > WELL_WITHIN_MS) {
        state.lastUnwellAt = performance.now();
      }
      await sleep(PROBE_MS);
    }
    return state;
  };
  const running = run();
  return {
    stop() {
      isRunning = false;
      return running;
    },
  };
}

/** The round with the middle share, whose figures belong together; of what must not be, all rounds'. */
function middle(rounds) {
  const worst = (name) => Math.max(...rounds.map((round) => round[name]));
  return {
    ...rounds.toSorted((one, other) => one.share - other.share)[Math.floor(rounds.length / 2)],
    shares: rounds.map(({ share }) => share),
    healthWorstMs: worst('healthWorstMs'),
    healthFailed: rounds.reduce((sum, { healthFailed }) => sum + healthFailed, 0),
    recoveryMs: worst('recoveryMs'),
  };
}
