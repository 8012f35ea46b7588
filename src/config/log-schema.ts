import { z } from 'zod';
import { DEFAULT_LOG } from './defaults.js';
import { section, withDefaults } from './section.js';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const FORMATS = ['auto', 'json', 'text'] as const;

const logSection = section({
  level: z
    .enum(LEVELS, { error: 'must be trace, debug, info, warn, error, fatal or silent' })
    .default(DEFAULT_LOG.level),
  format: z.enum(FORMATS, { error: 'must be auto, json or text' }).default(DEFAULT_LOG.format),
});

/** Every key of `log`. */
export const LOG_KEYS = Object.keys(logSection.shape);

/** `log`: what is logged, and how it looks. */
export const log = withDefaults(logSection);
