import type { RedisCommand } from '../../redis/client.js';
import type { ProfileId } from '../profile-id.js';
import type { ProfileRead, ProfileReadResult } from '../store.js';

/** How a profile lies in Redis: which command reads it, and what the reply means; how a model of it is written. */
export interface ProfileLayout {
  /** @returns undefined where nothing can be stored for this read, so that nothing need be asked */
  command(read: ProfileRead): RedisCommand | undefined;
  /**
   * @param reply what the server answered to this read's command, error replies excepted
   * @returns the profile, or MALFORMED_TRAITS when the reply cannot be one of this layout
   */
  decode(read: ProfileRead, reply: unknown): ProfileReadResult;
  /** @returns how a model is written, or the sentence that says why it cannot be */
  writing(model: string): ModelWriting | string;
}

/** How one model of many profiles is written. What is written twice is as if it had been written once. */
export interface ModelWriting {
  /** What the traits are merged with, where they do not replace what is there. */
  readonly readFirst?: (id: ProfileId) => RedisCommand | undefined;
  /**
   * @param traits a JSON object
   * @param stored what `readFirst` was answered
   * @returns undefined where nothing can be stored under this id, or nothing of these traits
   */
  readonly write: (id: ProfileId, traits: string, stored: unknown) => RedisCommand | undefined;
  /** How the model is taken out again, where a layout keeps models apart. */
  readonly removal?: ModelRemoval;
}

export interface ModelRemoval {
  /** Answers 1 where the key has the model. */
  readonly has: (key: string) => RedisCommand;
  /** Takes this model out, and leaves the others. */
  readonly remove: (key: string) => RedisCommand;
}
