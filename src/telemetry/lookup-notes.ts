/** What came of one lookup: a profile, nothing stored, or the code of an error. */
export type LookupOutcome = 'found' | 'missing' | { readonly code: string };

/** The profile that a lookup asked for. */
export interface LookedUp {
  readonly entity: string;
  readonly type: string;
  readonly value: string;
}

/** Told of the lookups of one request. */
export interface LookupNotes {
  /**
   * Notes a lookup and how it came out.
   * @param destinationId of one that is configured
   */
  lookup(destinationId: string, id: LookedUp, outcome: LookupOutcome): void;
  /** Notes that the request went past a limit that is only measured. */
  overLimit(limit: string): void;
}
