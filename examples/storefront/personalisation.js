/**
 * What the shop says to a visitor: from the profile to words and products, without the page. Every trait may be missing; a
 * visitor of whom nothing is known gets the page that everyone gets.
 */

import { BESTSELLERS } from './catalogue.js';

/**
 * @typedef {object} Offer
 * @property {import('./profile.js').Cart} cart
 * @property {string} text
 * @property {number} price what is to be paid
 *
 * @typedef {object} ShopPage
 * @property {string} greeting
 * @property {string} lead
 * @property {string | undefined} tier
 * @property {Offer | undefined} offer
 * @property {{ title: string, why: string, items: readonly (import('./profile.js').Product & { SCORE?: number })[] }} products
 * @property {readonly import('./profile.js').Product[]} viewed
 * @property {string} club
 */

const DISCOUNT = 0.1;

/** @type {Readonly<Record<string, string>>} */
const CLUB = {
  gold: 'You are a gold member: express delivery is free, and you see new gear a week before everyone else.',
  silver: 'You are a silver member: delivery is free. Gold brings it the next day.',
  bronze: 'You are a bronze member: returns are free for a year. Silver brings free delivery.',
};

/** The tiers, from the first one up. */
export const TIERS = Object.keys(CLUB).reverse();

/** @type {ShopPage} */
export const NEUTRAL_PAGE = {
  greeting: 'Gear for long days',
  lead: 'Tents, boots and packs that last, chosen by people who have carried them.',
  tier: undefined,
  offer: undefined,
  products: {
    title: 'What others take along',
    why: 'The four that leave the shop most often.',
    items: BESTSELLERS,
  },
  viewed: [],
  club: 'Members get free returns, then free delivery, then free express delivery. It costs nothing to join.',
};

/**
 * @param {import('./profile.js').Profile} profile
 * @returns {ShopPage}
 */
export function pageFor(profile) {
  const { exists, firstName, tier, segment, recommended, cart, viewed } = profile;
  if (!exists) {
    return NEUTRAL_PAGE;
  }
  const isReturning = tier !== null || (recommended ?? []).length > 0;
  const welcome = isReturning ? 'Welcome back' : 'Good to see you';
  return {
    greeting: firstName === null ? `${welcome}.` : `${welcome}, ${firstName}.`,
    lead: leadFor(profile),
    tier: tier ?? undefined,
    offer: cart === null ? undefined : offerFor(cart, segment),
    products:
      recommended === null || recommended.length === 0
        ? NEUTRAL_PAGE.products
        : { title: 'Picked for you', why: 'From what you bought and looked at.', items: recommended },
    viewed: viewed ?? [],
    club: CLUB[tier ?? ''] ?? 'Your first order makes you a bronze member: returns are free for a year.',
  };
}

/** @param {import('./profile.js').Profile} profile */
function leadFor({ cart, recommended, viewed }) {
  if (cart !== null) {
    return 'Your cart is as you left it. Nothing has sold out.';
  }
  const next = recommended?.[0];
  if (next !== undefined) {
    return `We put the ${next.NAME} aside: people who hike as you do end up with them.`;
  }
  return viewed === null || viewed.length === 0
    ? 'Look around: what you like, we remember for you.'
    : 'Carry on where you stopped.';
}

/**
 * Someone who may be leaving is worth a discount; everyone else gets the delivery.
 * @param {import('./profile.js').Cart} cart
 * @param {string | null} segment
 * @returns {Offer}
 */
function offerFor(cart, segment) {
  return segment === 'at_risk'
    ? {
        cart,
        text: 'Order by Sunday and take 10 % off everything in it.',
        price: cart.TOTAL * (1 - DISCOUNT),
      }
    : { cart, text: 'Order by Sunday, and the delivery is on us.', price: cart.TOTAL };
}
