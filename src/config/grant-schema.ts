import { z } from 'zod';
import { text } from './scalar.js';

/**
 * A list of patterns: names with `*` for any characters, denied with a `!` before them.
 * @param things what the patterns name, for messages
 * @param required said where the list is left out or empty
 */
export function patterns(
  things: string,
  isPattern: (text: string) => boolean,
  example: string,
  required = `must be a list of ${things}, at least one: ${example}`,
) {
  return z
    .array(
      text(`a pattern of ${things}`).refine((value) => !/^!*$/.test(value) && isPattern(value), {
        error: `must be a pattern of ${things}, as in ${example}`,
      }),
      { error: ({ input }) => (input === undefined ? required : `must be a list of ${things}`) },
    )
    .min(1, { error: required });
}

const names = (things: string, example: string) => patterns(things, () => true, example);

/** A model's name, a dot and a trait's, each with `*` for any characters. */
const isTraitPattern = (value: string) => /^!?.+\..+$/s.test(value);

/** Which models and traits may be seen. */
export const visibilityKeys = {
  models: names('models', '["user_360", "!*_internal"]').optional(),
  traits: patterns('traits', isTraitPattern, '["user_360.*", "!user_360.EMAIL"]').optional(),
};

/** What may be read at a destination: in each list, what a pattern allows and none that begins with `!` denies. */
export const grantKeys = {
  entities: names('entities', '[user, account]').optional(),
  idTypes: names('id types', '[user_id, email]').optional(),
  ...visibilityKeys,
};
