/** The companies and clubs that buy from the sample shop. */

import { dayBefore } from './calendar.js';
import { money, score } from './decimal.js';
import type { Random } from './random.js';
import type { SampleSubject, SampleTraits } from './sample-subject.js';

const FIRST_WORDS = [
  'Alder',
  'Birch',
  'Cairn',
  'Delta',
  'Ember',
  'Fjord',
  'Granite',
  'Heron',
  'Juniper',
  'Lark',
];
const SECOND_WORDS = [
  'Outfitters',
  'Travel',
  'Hiking Club',
  'Lodges',
  'Guides',
  'Scouts',
  'Rentals',
  'Media',
];
const INDUSTRIES = ['Tourism', 'Education', 'Retail', 'Sports', 'Film', null];
const PLANS = [
  { name: 'Starter', seatCents: 0, maxSeats: 5 },
  { name: 'Team', seatCents: 1_250, maxSeats: 40 },
  { name: 'Business', seatCents: 2_900, maxSeats: 400 },
];
const ADD_ONS = [
  { name: 'Repair service', cents: 4_900 },
  { name: 'Fast delivery', cents: 2_550 },
  { name: 'Gear rental', cents: 12_000 },
  { name: 'Single sign-on', cents: 9_900 },
];

/** Always the same, for the documentation. */
const FIRST_ACCOUNT: SampleSubject = {
  entity: 'account',
  ids: [
    { type: 'domain', value: 'example.com' },
    { type: 'account_id', value: 'acc-1' },
  ],
  models: {
    account_360: {
      ACCOUNT_ID: 'acc-1',
      NAME: 'Example Outfitters',
      INDUSTRY: 'Tourism',
      PLAN: {
        NAME: 'Business',
        SEATS: 45,
        ADD_ONS: [
          { NAME: 'Gear rental', PRICE: money(12_000) },
          { NAME: 'Single sign-on', PRICE: money(9_900) },
        ],
      },
      MRR: money(152_400),
      HEALTH: { SCORE: score(870), TREND: 'up' },
      CUSTOMER_SINCE: '2023-05-15',
      RENEWS_ON: '2027-05-15',
      OPEN_TICKETS: 2,
    },
  },
};

/** @param count from 1, for the fixed first account alone, to 81. */
export function accounts(random: Random, count: number): SampleSubject[] {
  const names = FIRST_WORDS.flatMap((first) => SECOND_WORDS.map((second) => `${first} ${second}`));
  const drawn = random.pickSeveral(names, count - 1).map((name, index): SampleSubject => {
    const accountId = `acc-${index + 2}`;
    return {
      entity: 'account',
      ids: [
        { type: 'domain', value: `${name.toLowerCase().replaceAll(' ', '-')}.example` },
        { type: 'account_id', value: accountId },
      ],
      models: { account_360: drawTraits(random, accountId, name) },
    };
  });
  return [FIRST_ACCOUNT, ...drawn];
}

function drawTraits(random: Random, accountId: string, name: string): SampleTraits {
  const plan = random.pick(PLANS);
  const seats = random.integer(1, plan.maxSeats);
  const addOns = plan.seatCents > 0 ? random.pickSeveral(ADD_ONS, random.integer(0, 3)) : [];
  return {
    ACCOUNT_ID: accountId,
    NAME: name,
    INDUSTRY: random.pick(INDUSTRIES),
    PLAN: {
      NAME: plan.name,
      SEATS: seats,
      ADD_ONS: addOns.map(({ name, cents }) => ({ NAME: name, PRICE: money(cents) })),
    },
    MRR: money(addOns.reduce((sum, { cents }) => sum + cents, seats * plan.seatCents)),
    HEALTH: random.chance(0.85) ? drawHealth(random) : null,
    CUSTOMER_SINCE: dayBefore(random.integer(20, 2000)),
    RENEWS_ON: plan.seatCents > 0 ? dayBefore(-random.integer(1, 365)) : null,
    OPEN_TICKETS: random.integer(0, 6),
  };
}

function drawHealth(random: Random): SampleTraits {
  return { SCORE: score(random.integer(150, 1000)), TREND: random.pick(['up', 'flat', 'down']) };
}
