/** What is asked, and of whom. */

export const WORKSPACE_ID = '2Wk0aBcDeFgHiJkLmNoPqRsTuV';
export const DESTINATION_ID = '2XkZr9qTn0aLw5cVb7dQe1mYp3s';
export const PROFILES = 100_000;
const BODIES = 2_000;
/** Ids that one `profiles` field takes. */
const MOST_OF_A_LIST = 100;

const ONE = `query One($d: ID!, $v: String!) {
  profile(entity: "user", destinationId: $d, idType: "user_id", idValue: $v) { exists traits }
}`;
const LIST = `query List($d: ID!, $ids: [ProfileIdInput!]!) {
  profiles(entity: "user", destinationId: $d, ids: $ids) { exists traits }
}`;
const TRAIT = `query Trait($d: ID!, $ids: [ProfileIdInput!]!) {
  profiles(entity: "user", destinationId: $d, ids: $ids) { trait(name: "LOYALTY_TIER", model: "user_360") }
}`;
const ALIASES = `query Aliases($d: ID!, ${list(50, (i) => `$v${i}: String!`)}) {
  ${list(50, (i) => `p${i}: profile(entity: "user", destinationId: $d, idType: "user_id", idValue: $v${i}) { exists traits }`)}
}`;

const ids = (count, pick) => Array.from({ length: count }, () => ({ type: 'user_id', value: pick() }));
const graphql = (query, variables) => ({
  path: '/graphql',
  body: { query, variables: { d: DESTINATION_ID, ...variables } },
});

/** By name: how many profiles a request asks for, and how it is made. `peers`: whether the others are measured at it too. */
export const CASES = {
  one: { profiles: 1, peers: true, make: (pick) => graphql(ONE, { v: pick() }) },
  ten: { profiles: 10, peers: false, make: (pick) => graphql(LIST, { ids: ids(10, pick) }) },
  fifty: { profiles: 50, peers: true, make: (pick) => graphql(LIST, { ids: ids(50, pick) }) },
  hundred: { profiles: 100, peers: false, make: (pick) => graphql(LIST, { ids: ids(100, pick) }) },
  'fifty aliases': {
    profiles: 50,
    peers: false,
    make: (pick) =>
      graphql(ALIASES, Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`v${i}`, pick()]))),
  },
  'fifty traits': { profiles: 50, peers: false, make: (pick) => graphql(TRAIT, { ids: ids(50, pick) }) },
  rest: {
    profiles: 1,
    peers: false,
    make: (pick) => ({
      path: '/v1/activation',
      body: { entity: 'user', destinationId: DESTINATION_ID, id: { type: 'user_id', value: pick() } },
    }),
  },
};

/** Bodies of a case for a server, one a line. The limit reads ids from the variables, whatever the query. */
export function bodiesOf(name, server) {
  const { make, profiles } = CASES[name];
  return server === 'limit'
    ? bodies(() => graphql(profiles === 1 ? ONE : LIST, { ids: ids(profiles, anyProfile) }))
    : bodies(() => make(anyProfile));
}

/** As many profiles a request, picked anyhow; in several lists where one may not hold them. */
export function listBodies(count, pick = anyProfile) {
  const lists = Math.ceil(count / MOST_OF_A_LIST);
  const make =
    lists === 1
      ? () => graphql(LIST, { ids: ids(count, pick) })
      : () =>
          graphql(
            listsOf(lists),
            Object.fromEntries(
              Array.from({ length: lists }, (_, i) => [`ids${i}`, ids(MOST_OF_A_LIST, pick)]),
            ),
          );
  return bodies(make, Math.max(20, Math.ceil(BODIES / count)));
}

function listsOf(count) {
  return `query Lists($d: ID!, ${list(count, (i) => `$ids${i}: [ProfileIdInput!]!`)}) {
  ${list(count, (i) => `p${i}: profiles(entity: "user", destinationId: $d, ids: $ids${i}) { exists traits }`)}
}`;
}

function anyProfile() {
  return `u-${Math.floor(Math.random() * PROFILES)}`;
}

function bodies(make, count = BODIES) {
  const made = Array.from({ length: count }, make);
  return { path: made[0].path, lines: made.map(({ body }) => JSON.stringify(body)).join('\n') };
}

/** Profiles of other sizes and numbers of models, for the curves. Their ids begin with the name. */
export const SHAPES = [
  ...[200, 1_000, 5_000, 20_000, 50_000, 200_000].map((bytes) => ({
    name: `bytes-${bytes}`,
    profiles: Math.min(1_000, 20_000_000 / bytes),
    bytes,
    make: () => ({ user_360: traitsOf(bytes) }),
  })),
  ...[1, 2, 5, 10, 20].map((models) => ({
    name: `models-${models}`,
    profiles: 1_000,
    models,
    // The same bytes in all, so that only their number differs.
    make: () =>
      Object.fromEntries(Array.from({ length: models }, (_, i) => [`model_${i}`, traitsOf(4_000 / models)])),
  })),
];

/** Traits that take about so many bytes. */
function traitsOf(bytes) {
  const traits = {};
  for (let size = 2, index = 0; size < bytes; index += 1) {
    const [name, value] = [`TRAIT_${index}`, index % 3 === 0 ? index * 1.5 : `text of trait ${index}`];
    traits[name] = value;
    size += name.length + JSON.stringify(value).length + 4;
  }
  return JSON.stringify(traits);
}

/** The models of one profile: about 850 bytes in two. */
export function profileOf(index) {
  return {
    user_360: JSON.stringify({
      USER_ID: `u-${index}`,
      FIRST_NAME: `Name ${index}`,
      LAST_NAME: 'of a family that has one',
      COUNTRY: 'DE',
      CITY: 'Bergisch Gladbach',
      LOYALTY_TIER: index % 3 === 0 ? 'gold' : 'silver',
      LIFETIME_VALUE: index * 1.25,
      ORDERS: index % 40,
      LAST_ORDER_AT: '2026-10-31T10:15:30.000Z',
      AVERAGE_ORDER_VALUE: 48.9,
      FAVOURITE_CATEGORIES: ['shoes', 'outdoor', 'books'],
      NEWSLETTER: true,
      PREFERRED_CHANNEL: 'email',
      SEGMENTS: ['returning', 'high_value', 'mobile_first'],
      STORE: { ID: 'store-17', NAME: 'Berlin Mitte', DISTANCE_KM: 2.4 },
    }),
    churn_scores: JSON.stringify({
      CHURN_7D: 0.0123,
      CHURN_30D: 0.0456,
      CHURN_90D: 0.0789,
      PROPENSITY_TO_BUY: 0.734,
      NEXT_BEST_ACTION: 'offer_free_shipping',
      MODEL_VERSION: '2026-10-01',
      REASONS: ['recent_visit', 'coupon_used', 'app_installed'],
      SCORED_AT: '2026-11-22T03:00:00.000Z',
      UPLIFT: { EMAIL: 0.021, PUSH: 0.013, SMS: 0.004 },
    }),
  };
}

function list(count, text) {
  return Array.from({ length: count }, (_, i) => text(i)).join(' ');
}
