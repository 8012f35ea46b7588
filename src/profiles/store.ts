import type { Cancellation } from '../cancellation.js';
import type { GatewayError } from '../errors.js';
import type { TracedSpan } from '../telemetry/tracing.js';
import type { ProfileId } from './profile-id.js';
import type { ModelSelection, StoredProfile } from './stored-profile.js';

/** One profile to read, and which of its models. */
export interface ProfileRead {
  readonly id: ProfileId;
  readonly models: ModelSelection;
}

/** What a read came to: the profile, empty where nothing is stored, or why that cannot be said. */
export type ProfileReadResult = StoredProfile | GatewayError;

/** Where the profiles of one destination lie. Implementations are in `stores/`; one contract test runs against each. */
export interface ProfileStore {
  /**
   * Reads many profiles at once.
   * @param reads distinct ids
   * @param cancellation where the results are not wanted any more, what is not yet on its way is left undone; left out: they are
   * @param span where what is done belongs in the request's trace; left out: it is not traced
   * @returns one result a read, in their order. A failed read fails only itself; the promise does not reject.
   */
  read(
    reads: readonly ProfileRead[],
    cancellation?: Cancellation,
    span?: TracedSpan,
  ): Promise<readonly ProfileReadResult[]>;
  /** Resolves when the store can answer now; rejects with STORE_UNAVAILABLE or STORE_TIMEOUT when it cannot. */
  check(): Promise<void>;
  /** Ends what the store holds open. Reads after it fail. */
  close(): Promise<void>;
}
