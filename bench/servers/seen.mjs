/**
 * Two gateways in one process, in the order that is asked for: one that is seen by metrics, the audit's log and traces, and one without any of them. They run
 * the same compiled code in the same memory, which two processes do not.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import { parseConfig } from '../../dist/config/load.js';
import { createGateway } from '../../dist/gateway.js';
import { createLogger } from '../../dist/telemetry/logger.js';
import { metricsText } from '../../dist/telemetry/metrics/exposition.js';
import { configText, METRICS } from '../config.mjs';
import { settings } from './measured.mjs';

/** Longer than log lines wait for others. */
const SETTLED_MS = 250;
const OPTIONS = {
  off: { more: 'audit: { enabled: false }\n', tracerProvider: new ProxyTracerProvider() },
  on: { more: METRICS, tracerProvider: trace.getTracerProvider() },
};

const logger = createLogger();
const gateways = {};
const ports = {};
for (const name of settings.order) {
  const { more, tracerProvider } = OPTIONS[name];
  const gateway = createGateway({
    config: parseConfig(configText({ ...settings, more }), {}),
    logger,
    tracerProvider,
    serveMetrics: false,
  });
  await gateway.warmUp();
  ports[name] = (await gateway.listen()).port;
  gateways[name] = gateway;
}

const answers = {
  /** What is sent later than its request is sent by now. */
  async settle() {
    await trace.getTracerProvider().getDelegate().forceFlush();
    await sleep(SETTLED_MS);
  },
  /** What one of the two leaves behind is not collected while the other is asked. */
  collect: () => globalThis.gc({ type: 'minor' }),
  /** All that the process has used so far, in µs. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  scrape: async () => (await metricsText([await gateways.on.readMetrics()])).length,
};
process.on('message', async (what) => process.send((await answers[what]()) ?? 'done'));
process.send(ports);
