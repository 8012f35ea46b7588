import { z } from 'zod';
import { DEFAULT_METRICS } from './defaults.js';
import { listeningHost, listeningPort } from './scalar.js';
import { section } from './section.js';

const metricsSection = section({
  host: listeningHost(DEFAULT_METRICS.host),
  port: listeningPort(DEFAULT_METRICS.port),
});

/** Every key of `metrics`. */
export const METRICS_KEYS = Object.keys(metricsSection.shape);

/** `metrics`: where Prometheus scrapes. One whose keys are all commented out is null to YAML, and counts as left out. */
export const metrics = z.preprocess((input) => input ?? undefined, metricsSection.optional());
