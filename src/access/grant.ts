/**
 * What a token may read. A grant is asked, never taken apart: finer ones (entities, id types, traits) come as further
 * methods of this interface.
 */
export interface Grant {
  readsDestination(destinationId: string): boolean;
}

/** The grant of an `admin`: every destination. */
export const everything: Grant = { readsDestination: () => true };

/** The grant of a `reader`: the destinations it names. */
export function destinationsGrant(destinationIds: Iterable<string>): Grant {
  const granted = new Set(destinationIds);
  return { readsDestination: (destinationId) => granted.has(destinationId) };
}
