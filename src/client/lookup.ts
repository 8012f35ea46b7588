/** One thing that is asked of the gateway, and those who wait for it. */

import type { ActivationError } from './activation-error.js';
import type { ProfileId } from './profile.js';
import type { Reply } from './reply.js';

/** What the lookups of one field share. */
export type FieldArguments = {
  readonly models: readonly string[] | undefined;
  readonly names: readonly string[] | undefined;
} & (
  | { readonly field: 'profiles'; readonly entity: string; readonly destinationId: string }
  | { readonly field: 'viewer'; readonly idType: string | undefined }
);

/** A value as it came, and the reply that it came in. */
export interface Answer {
  readonly value: unknown;
  readonly reply: Reply;
}

export class Lookup {
  readonly args: FieldArguments;
  /** Undefined for a field that takes none. */
  readonly id: ProfileId | undefined;
  /** Called when nobody waits any more. */
  onAbandoned: () => void = () => {};
  #waiting = 0;
  #isSettled = false;
  readonly #answer: Promise<Answer>;
  #resolve: (answer: Answer) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(args: FieldArguments, id: ProfileId | undefined) {
    this.args = args;
    this.id = id;
    this.#answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Those who gave up do not hear of it.
    this.#answer.catch(() => {});
  }

  /** Whether there is still someone to answer. */
  get isOpen(): boolean {
    return !this.#isSettled && this.#waiting > 0;
  }

  resolve(answer: Answer): void {
    this.#isSettled = true;
    this.#resolve(answer);
  }

  /** @param reason an ActivationError, or what the caller's own token function threw */
  reject(reason: ActivationError | unknown): void {
    this.#isSettled = true;
    this.#reject(reason);
  }

  /** Waits until it is settled, or the signal is aborted. */
  wait(signal: AbortSignal | undefined): Promise<Answer> {
    this.#waiting += 1;
    if (signal === undefined) {
      return this.#answer;
    }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        reject(signal.reason);
        this.#waiting -= 1;
        if (this.#waiting === 0) {
          this.onAbandoned();
        }
      };
      signal.addEventListener('abort', giveUp, { once: true });
      const done = () => signal.removeEventListener('abort', giveUp);
      this.#answer.then(resolve, reject).then(done);
    });
  }
}
