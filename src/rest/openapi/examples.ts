/** The examples of the document: those of the demo, so that they work as they are pasted. */

export const EXAMPLE_DESTINATION_ID = '2XkZr9qTn0aLw5cVb7dQe1mYp3s';

const ID = { type: 'email', value: 'ada@example.com' };

export const EXAMPLE_LOOKUP = { entity: 'user', destinationId: EXAMPLE_DESTINATION_ID, id: ID };

export const EXAMPLE_ERASURE = { ...EXAMPLE_LOOKUP, id: [ID], dryRun: true };

export const EXAMPLE_PROFILE = {
  entity: 'user',
  id: ID,
  data: { user_360: { FIRST_NAME: 'Ada', LOYALTY_TIER: 'gold' } },
};

export const EXAMPLE_MISSING_PROFILE = {
  entity: 'user',
  id: { type: 'email', value: 'nobody@example.com' },
  data: {},
};

export const EXAMPLE_TOKEN_REQUEST = {
  destinationId: EXAMPLE_DESTINATION_ID,
  entity: 'user',
  ids: [ID],
  traits: ['user_360.*'],
  expiresInSeconds: 300,
};

export const EXAMPLE_TOKEN = {
  token: 'eyJhbGciOiJFZERTQSJ9.eyJleHAiOjE3ODB9.c2lnbmF0dXJl',
  expiresAt: '2026-11-23T10:20:30.000Z',
};
