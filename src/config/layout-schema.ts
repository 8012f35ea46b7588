import { z } from 'zod';
import type { CustomLayout, EventStreamLayout, LayoutConfig, ProfilesLayout } from './config.js';
import { EVENT_STREAM_ID_TYPE } from './defaults.js';
import { parseKeyTemplate, placeholdersOf } from './key-template.js';
import { text } from './scalar.js';
import { section } from './section.js';
import { variant } from './variant.js';

const VALUES = ['hash-of-json', 'hash-of-strings', 'json-string', 'json-document'] as const;
const someText = (meaning: string) => text(meaning).min(1, { error: 'must not be empty' });

const profiles = section({ type: z.literal('profiles') }).transform(({ type }): ProfilesLayout => ({ type }));

const eventStream = section({
  type: z.literal('event-stream'),
  idType: someText('the id type that the sync writes').default(EVENT_STREAM_ID_TYPE),
  model: someText('the model that the traits are given back under').default('user'),
}).transform(({ type, idType, model }): EventStreamLayout => ({ type, idType, model }));

const customSection = section({
  type: z.literal('custom'),
  key: text('a template such as crm:{entity}:{idType}:{idValue}').transform((template, context) => {
    const result = parseKeyTemplate(template);
    if ('parts' in result) {
      return result.parts;
    }
    context.issues.push({ code: 'custom', message: result.problem, input: template });
    return z.NEVER;
  }),
  value: z.enum(VALUES, { error: `must be ${VALUES.slice(0, -1).join(', ')} or ${VALUES.at(-1)}` }),
  model: someText('the model that the traits are given back under').optional(),
  entity: someText('the one entity whose profiles these are').optional(),
  idType: someText('the one id type that these profiles have').optional(),
});

const custom = customSection
  .superRefine(({ key, value, model, entity, idType }, context) => {
    const mistake = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const placeholders = placeholdersOf(key);
    for (const [name, fixed] of [
      ['entity', entity],
      ['idType', idType],
    ] as const) {
      if (placeholders.has(name) && fixed !== undefined) {
        mistake(name, `must be left out: the key has {${name}}`);
      }
      if (!placeholders.has(name) && fixed === undefined) {
        mistake(name, `is required: the key has no {${name}}, so it serves one alone`);
      }
    }
    if (value === 'hash-of-strings' && model === undefined) {
      mistake('model', 'is required: the model that the traits are given back under');
    }
    if (value === 'hash-of-json' && model !== undefined) {
      mistake('model', 'must be left out: the fields of the hash are the models');
    }
  })
  .transform(({ type, key, value, model, entity, idType }): CustomLayout => {
    const fixed = {
      ...(entity === undefined ? {} : { entity }),
      ...(idType === undefined ? {} : { idType }),
    };
    return value === 'hash-of-strings'
      ? { type, key, value, model: model ?? '', ...fixed }
      : { type, key, value, ...(model === undefined ? {} : { model }), ...fixed };
  });

const unknownType = section({
  type: z.never({ error: 'must be profiles, event-stream or custom' }),
}).transform(() => z.NEVER);

/** `layout` of a destination. */
export const layout = variant<z.ZodType<LayoutConfig>>(
  'type',
  { profiles, 'event-stream': eventStream, custom },
  unknownType,
);

/** Every key that a layout of some type has. */
export const LAYOUT_KEYS = Object.keys(customSection.shape);
