/** Which gateway is asked: that of `npm run demo`, unless the environment names another. */

const {
  GATEWAY_URL = 'http://localhost:4000',
  GATEWAY_TOKEN = 'agw_demo-token-for-sample-profiles-only',
  DESTINATION_ID = '2XkZr9qTn0aLw5cVb7dQe1mYp3s',
} = process.env;

export const url = GATEWAY_URL;
export const token = GATEWAY_TOKEN;
export const destinationId = DESTINATION_ID;
/** Whose profile is read: the first argument. */
export const email = process.argv[2] ?? 'ada@example.com';

/** The lookup that every client makes. */
export const query = `
  query Visitor($destinationId: ID!, $email: String!) {
    profile(entity: "user", destinationId: $destinationId, idType: "email", idValue: $email) {
      exists
      firstName: trait(name: "FIRST_NAME")
      tier: trait(name: "LOYALTY_TIER")
    }
  }
`;

/**
 * Ends with what went wrong: the code that the gateway told, which docs/errors.md explains.
 * @param {unknown} code
 * @returns {never}
 */
export function fail(code) {
  console.error(code);
  process.exit(1);
}
