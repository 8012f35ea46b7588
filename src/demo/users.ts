/** People drawn by chance: who they are and how they have shopped so far. */

import { SECONDS_PER_DAY, TODAY, timeBefore } from './calendar.js';
import { money, score } from './decimal.js';
import { CATEGORIES } from './products.js';
import type { Random } from './random.js';
import { asciiName, REGIONS, type Region } from './regions.js';
import type { SampleId, SampleSubject, SampleTraits } from './sample-subject.js';
import { recommendations, type Visits, webFeatures } from './shopping.js';

/** Reserved for examples (RFC 2606): no one receives mail there. */
const MAIL_DOMAINS = ['example.com', 'example.org', 'example.net'];
const GOLD_FROM_CENTS = 100_000;
const SILVER_FROM_CENTS = 40_000;

interface Person extends Visits {
  readonly userId: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly region: Region;
  readonly orders: number;
  readonly spentCents: number;
}

/**
 * @param count how many people.
 * @param firstNumber the number in the user_id of the first one; the others count up.
 */
export function* users(random: Random, count: number, firstNumber: number): Generator<SampleSubject> {
  const takenEmails = new Set<string>();
  for (let number = firstNumber; number < firstNumber + count; number += 1) {
    const person = drawPerson(random, `u-${number}`);
    yield {
      entity: 'user',
      ids: idsOf(random, person, takenEmails),
      models: {
        user_360: userTraits(random, person),
        churn_scores: person.orders > 0 ? churnTraits(random, person) : undefined,
        product_recommendations: random.chance(0.8) ? recommendations(random) : undefined,
      },
    };
  }
}

function drawPerson(random: Random, userId: string): Person {
  const region = random.pick(REGIONS);
  // Some people have moved, or married into another language.
  const familyRegion = random.chance(0.15) ? random.pick(REGIONS) : region;
  const lastSeenSeconds = random.integer(60, random.integer(1, 120) * SECONDS_PER_DAY);
  const orders = random.chance(0.2) ? 0 : random.integer(1, random.integer(1, 24));
  return {
    userId,
    givenName: random.pick(region.givenNames),
    familyName: random.pick(familyRegion.familyNames),
    region,
    lastSeenSeconds,
    firstSeenSeconds: lastSeenSeconds + random.integer(SECONDS_PER_DAY, 1200 * SECONDS_PER_DAY),
    orders,
    spentCents: orders * random.integer(2_500, 16_500),
  };
}

function idsOf(random: Random, person: Person, takenEmails: Set<string>): SampleId[] {
  const ids: SampleId[] = [
    { type: 'user_id', value: person.userId },
    { type: 'email', value: drawEmail(random, person, takenEmails) },
    {
      type: 'anonymous_id',
      value: drawUuid(random),
      models: {
        'WEB_PERSONALIZATION:FEATURES_BY_ANON': random.chance(0.9) ? webFeatures(random, person) : undefined,
      },
    },
  ];
  if (random.chance(0.15)) {
    ids.push({ type: 'rudder_id', value: `rid:user:${random.hex(16)}` });
  }
  if (person.orders > 0 && random.chance(0.15)) {
    ids.push({ type: 'cart_token', value: `cart-${random.hex(12)}` });
  }
  return ids;
}

function drawEmail(random: Random, { givenName, familyName }: Person, taken: Set<string>): string {
  const name = `${asciiName(givenName)}.${asciiName(familyName)}`;
  const domain = random.pick(MAIL_DOMAINS);
  let email = `${name}@${domain}`;
  for (let number = 2; taken.has(email); number += 1) {
    email = `${name}${number}@${domain}`;
  }
  taken.add(email);
  return email;
}

/** A random UUID (version 4), as RudderStack's web SDK makes them. */
function drawUuid(random: Random): string {
  const variant = random.pick(['8', '9', 'a', 'b']);
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`;
}

function userTraits(random: Random, person: Person): SampleTraits {
  const { userId, givenName, familyName, region, orders, spentCents } = person;
  const [city, postalCode] = random.pick(Object.entries(region.cities));
  const address = { CITY: city, POSTAL_CODE: postalCode, COUNTRY: region.country };
  return {
    USER_ID: userId,
    FIRST_NAME: givenName,
    LAST_NAME: random.chance(0.95) ? familyName : null,
    COUNTRY: region.country,
    LANGUAGE: random.chance(0.9) ? region.language : 'en',
    LOYALTY_TIER: orders > 0 ? tierFor(spentCents) : null,
    LIFETIME_VALUE: money(spentCents),
    ORDER_COUNT: orders,
    FIRST_SEEN: timeBefore(person.firstSeenSeconds),
    LAST_SEEN: timeBefore(person.lastSeenSeconds),
    IS_SUBSCRIBED: random.chance(0.4),
    FAVOURITE_CATEGORIES: random.pickSeveral(CATEGORIES, random.integer(0, 3)),
    ADDRESS: orders > 0 || random.chance(0.2) ? address : null,
  };
}

function tierFor(spentCents: number): string {
  if (spentCents >= GOLD_FROM_CENTS) {
    return 'gold';
  }
  return spentCents >= SILVER_FROM_CENTS ? 'silver' : 'bronze';
}

/** The longer someone has stayed away, the likelier they have left. */
function churnTraits(random: Random, { lastSeenSeconds }: Person): SampleTraits {
  const daysAway = Math.floor(lastSeenSeconds / SECONDS_PER_DAY);
  const thousandths = Math.min(1000, daysAway * 8 + random.integer(5, 250));
  return { CHURN_30D: score(thousandths), SEGMENT: segmentFor(thousandths), SCORED_ON: TODAY };
}

function segmentFor(churnThousandths: number): string {
  if (churnThousandths < 150) {
    return 'loyal';
  }
  return churnThousandths < 500 ? 'steady' : 'at_risk';
}
