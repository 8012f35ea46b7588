import type { ProfileId } from './profile-id.js';

export interface ErasureOptions {
  /** Whether only to look for what would be deleted. */
  readonly dryRun: boolean;
  /** Whether also what is stored under other ids of the same people is deleted: those that their link traits name. */
  readonly followLinks: boolean;
}

/** What became of one id. */
export interface ErasedProfile {
  readonly id: ProfileId;
  /** Whether it was found in a link trait, and not named by who asked. */
  readonly linked: boolean;
  /** Keys that were deleted; that would be, in a dry run. A key that two ids share counts for the first. */
  readonly keys: readonly string[];
}

/** What was deleted; what would be, in a dry run. */
export interface Erasure {
  readonly dryRun: boolean;
  /** The ids that were named, each once, and behind them those that were found by links. */
  readonly profiles: readonly ErasedProfile[];
  /** Keys that were there. */
  readonly deletedKeys: number;
  /** Keys that the ids stand for, whether something was there or not. */
  readonly actualKeys: number;
}

/** Removes what is stored for people at one destination. There is one only where the destination allows it. */
export interface ProfileEraser {
  /**
   * Deletes every key of the ids. Not atomic: a sync that runs meanwhile may write some of them again.
   * @param ids of one entity
   * @throws STORE_UNAVAILABLE or STORE_TIMEOUT where Redis fails; some keys may have been deleted then, as the message says.
   *   Before anything is deleted: the same, MALFORMED_TRAITS or PROFILE_TOO_LARGE where links cannot be followed, and
   *   LIMIT_EXCEEDED where they lead to too many ids.
   */
  erase(ids: readonly ProfileId[], options: ErasureOptions): Promise<Erasure>;
  /** Ends what it holds open. */
  close(): Promise<void>;
}
