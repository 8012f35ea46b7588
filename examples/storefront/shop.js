/** The shop as it stands on the page. */

import { kindOf } from './catalogue.js';
import { art, byId, element } from './element.js';
import { TIERS } from './personalisation.js';

const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/**
 * @param {import('./personalisation.js').ShopPage} page
 * @param {(said: string) => void} announce
 */
export function showShop(page, announce) {
  byId('shop').dataset.tier = page.tier ?? 'none';
  byId('greeting').textContent = page.greeting;
  byId('lead').textContent = page.lead;
  byId('member').hidden = page.tier === undefined;
  byId('member').textContent = `${capital(page.tier ?? '')} member`;

  const basket = startBasket(announce);
  showOffer(page.offer, basket);
  byId('products-title').textContent = page.products.title;
  byId('products-why').textContent = page.products.why;
  byId('products').replaceChildren(...page.products.items.map((product) => card(product, basket)));
  byId('viewed').hidden = page.viewed.length === 0;
  byId('viewed-items').replaceChildren(...page.viewed.map(line));
  showClub(page);
}

/** What the page says, for someone who does not see it change. @param {import('./personalisation.js').ShopPage} page */
export function spoken({ greeting, tier, offer, products }) {
  return [
    greeting,
    tier === undefined ? '' : `${capital(tier)} member.`,
    `${products.title}: ${products.items.map(({ NAME }) => NAME).join(', ')}.`,
    offer === undefined ? '' : `An offer for the cart you left: ${offer.text}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * Counts what is put into the cart, as long as this visitor is here.
 * @param {(said: string) => void} announce
 */
function startBasket(announce) {
  let count = 0;
  byId('basket').textContent = '0';
  /** @param {number} more @param {string} what */
  return (more, what) => {
    count += more;
    byId('basket').textContent = String(count);
    announce(`${what} in your cart. It holds ${count} now.`);
  };
}

/**
 * @param {import('./personalisation.js').Offer | undefined} offer
 * @param {ReturnType<typeof startBasket>} basket
 */
function showOffer(offer, basket) {
  byId('offer').hidden = offer === undefined;
  if (offer === undefined) {
    return;
  }
  const { cart, text, price } = offer;
  const total = element('b', {}, money.format(price));
  byId('offer-text').textContent = text;
  byId('offer-total').replaceChildren(
    ...(price < cart.TOTAL
      ? [
          element(
            's',
            {},
            element('span', { class: 'visually-hidden' }, 'instead of '),
            money.format(cart.TOTAL),
          ),
          ' ',
          total,
        ]
      : [total]),
  );
  byId('offer-items').replaceChildren(
    ...cart.ITEMS.map((item) =>
      element(
        'li',
        { 'data-category': kindOf(item.SKU).category },
        art(kindOf(item.SKU).drawing),
        `${item.QUANTITY} × ${item.NAME}`,
      ),
    ),
  );
  const take = element('button', { type: 'button', id: 'offer-take' }, 'Put it back in my cart');
  take.addEventListener(
    'click',
    () => {
      basket(
        cart.ITEMS.reduce((sum, { QUANTITY }) => sum + QUANTITY, 0),
        'Everything is back',
      );
      take.textContent = 'It is in your cart';
      take.setAttribute('aria-disabled', 'true');
    },
    { once: true },
  );
  byId('offer-take').replaceWith(take);
}

/**
 * @param {import('./profile.js').Product & { SCORE?: number }} product
 * @param {ReturnType<typeof startBasket>} basket
 */
function card({ SKU, NAME, PRICE, SCORE }, basket) {
  const { drawing, category } = kindOf(SKU);
  const add = element('button', { type: 'button', 'aria-label': `Add ${NAME} to the cart` }, 'Add');
  add.addEventListener('click', () => basket(1, `${NAME} is`));
  return element(
    'li',
    { 'data-category': category },
    element(
      'div',
      { class: 'tile' },
      art(drawing),
      ...(SCORE === undefined
        ? []
        : [element('span', { class: 'match' }, `${Math.round(SCORE * 100)} % match`)]),
    ),
    element('p', { class: 'category' }, category),
    element('h3', {}, NAME),
    element('p', { class: 'buy' }, element('span', {}, money.format(PRICE)), add),
  );
}

/** @param {import('./profile.js').Product} product */
function line({ SKU, NAME, PRICE }) {
  const { drawing, category } = kindOf(SKU);
  return element(
    'li',
    { 'data-category': category },
    art(drawing),
    element('span', {}, NAME, element('small', {}, money.format(PRICE))),
  );
}

/** @param {import('./personalisation.js').ShopPage} page */
function showClub({ tier, club }) {
  byId('club-text').textContent = club;
  byId('tiers').replaceChildren(
    ...TIERS.map((each) =>
      element(
        'li',
        { 'data-tier': each, ...(each === tier ? { 'aria-current': 'true' } : {}) },
        capital(each),
      ),
    ),
  );
}

/** @param {string} word */
function capital(word) {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
