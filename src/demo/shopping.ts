/** What a person looked at, left in the cart and may like next. */

import { dayBefore, SECONDS_PER_DAY, TODAY, timeBefore } from './calendar.js';
import { money, score } from './decimal.js';
import { PRODUCTS, productTraits } from './products.js';
import type { Random } from './random.js';
import type { SampleTraits } from './sample-subject.js';

/** When someone came to the shop, in seconds before the fixed day; the first time a day or more before the last. */
export interface Visits {
  readonly firstSeenSeconds: number;
  readonly lastSeenSeconds: number;
}

/** The traits that a web page is personalised with. */
export function webFeatures(random: Random, visits: Visits): SampleTraits {
  return {
    USER_APP_SIGN_UP: random.chance(0.5) ? drawSignUp(random, visits) : null,
    SESSIONS_7D: visits.lastSeenSeconds < 7 * SECONDS_PER_DAY ? random.integer(1, 9) : 0,
    DEVICE: random.pick(['desktop', 'phone', 'phone', 'tablet', null]),
    LAST_VIEWED_PRODUCTS: drawViews(random, visits),
    ABANDONED_CART: random.chance(0.25) ? drawCart(random, visits) : null,
  };
}

/** Products by falling score. */
export function recommendations(random: Random): SampleTraits {
  let thousandths = random.integer(850, 990);
  const recommended = random.pickSeveral(PRODUCTS, random.integer(2, 5)).map((product) => {
    thousandths -= random.integer(5, 140);
    return { ...productTraits(product), SCORE: score(thousandths) };
  });
  return { RECOMMENDED: recommended, COMPUTED_ON: TODAY };
}

function drawSignUp(random: Random, { firstSeenSeconds, lastSeenSeconds }: Visits): string {
  return dayBefore(Math.ceil(random.integer(lastSeenSeconds, firstSeenSeconds) / SECONDS_PER_DAY));
}

/** The last view first, all within the last visit. */
function drawViews(random: Random, { lastSeenSeconds }: Visits): SampleTraits[] {
  let seconds = lastSeenSeconds;
  return random.pickSeveral(PRODUCTS, random.integer(0, 5)).map((product) => {
    seconds += random.integer(20, 400);
    return { ...productTraits(product), VIEWED_AT: timeBefore(seconds) };
  });
}

function drawCart(random: Random, { lastSeenSeconds }: Visits): SampleTraits {
  const lines = random
    .pickSeveral(PRODUCTS, random.integer(1, 4))
    .map((product) => ({ product, quantity: random.integer(1, 3) }));
  return {
    ITEMS: lines.map(({ product, quantity }) => ({ ...productTraits(product), QUANTITY: quantity })),
    TOTAL: money(lines.reduce((cents, { product, quantity }) => cents + product.cents * quantity, 0)),
    CURRENCY: 'EUR',
    ABANDONED_AT: timeBefore(lastSeenSeconds),
  };
}
