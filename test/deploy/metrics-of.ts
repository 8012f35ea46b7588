import { z } from 'zod';

/** Where a configuration has its metrics. The port is the default of `metrics`. */
export const metricsOf = z.object({
  metrics: z.object({ host: z.string(), port: z.number().default(9464) }),
});
