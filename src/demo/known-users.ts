/** Three people that the documentation and the demo page count on: written by hand, always the same. */

import { money, score } from './decimal.js';
import { product, productTraits } from './products.js';
import type { SampleSubject } from './sample-subject.js';

/** Comes back often and buys: gold, all models. */
const ADA: SampleSubject = {
  entity: 'user',
  ids: [
    { type: 'user_id', value: 'u-1001' },
    { type: 'email', value: 'ada@example.com' },
    {
      type: 'anonymous_id',
      value: 'anon-ada',
      models: {
        'WEB_PERSONALIZATION:FEATURES_BY_ANON': {
          USER_APP_SIGN_UP: '2024-03-02',
          SESSIONS_7D: 4,
          DEVICE: 'desktop',
          LAST_VIEWED_PRODUCTS: [
            { ...productTraits(product('POL-220')), VIEWED_AT: '2026-11-19T18:41:07Z' },
            { ...productTraits(product('BTS-420')), VIEWED_AT: '2026-11-19T18:36:52Z' },
          ],
          ABANDONED_CART: null,
        },
      },
    },
    { type: 'rudder_id', value: 'rid:user:5d0c6f1e8ab24c37' },
  ],
  models: {
    user_360: {
      USER_ID: 'u-1001',
      FIRST_NAME: 'Ada',
      LAST_NAME: 'Lovelace',
      COUNTRY: 'GB',
      LANGUAGE: 'en',
      LOYALTY_TIER: 'gold',
      LIFETIME_VALUE: money(128_450),
      ORDER_COUNT: 11,
      FIRST_SEEN: '2024-02-27T09:14:03Z',
      LAST_SEEN: '2026-11-19T18:42:30Z',
      IS_SUBSCRIBED: true,
      FAVOURITE_CATEGORIES: ['Footwear', 'Packs'],
      ADDRESS: { CITY: 'London', POSTAL_CODE: 'SW1Y 4JH', COUNTRY: 'GB' },
    },
    churn_scores: { CHURN_30D: score(42), SEGMENT: 'loyal', SCORED_ON: '2026-11-20' },
    product_recommendations: {
      RECOMMENDED: [
        { ...productTraits(product('BTS-420')), SCORE: score(941) },
        { ...productTraits(product('SOC-003')), SCORE: score(887) },
        { ...productTraits(product('PCK-045')), SCORE: score(760) },
      ],
      COMPUTED_ON: '2026-11-20',
    },
  },
};

/** Left a full cart behind. */
const GRACE: SampleSubject = {
  entity: 'user',
  ids: [
    { type: 'user_id', value: 'u-1002' },
    { type: 'email', value: 'grace@example.com' },
    {
      type: 'anonymous_id',
      value: 'anon-grace',
      models: {
        'WEB_PERSONALIZATION:FEATURES_BY_ANON': {
          USER_APP_SIGN_UP: null,
          SESSIONS_7D: 2,
          DEVICE: 'phone',
          LAST_VIEWED_PRODUCTS: [
            { ...productTraits(product('TNT-201')), VIEWED_AT: '2026-11-18T20:05:11Z' },
            { ...productTraits(product('SLP-310')), VIEWED_AT: '2026-11-18T20:01:46Z' },
            { ...productTraits(product('TNT-304')), VIEWED_AT: '2026-11-18T19:58:20Z' },
          ],
          ABANDONED_CART: {
            ITEMS: [
              { ...productTraits(product('TNT-201')), QUANTITY: 1 },
              { ...productTraits(product('SLP-310')), QUANTITY: 2 },
            ],
            TOTAL: money(50_890),
            CURRENCY: 'EUR',
            ABANDONED_AT: '2026-11-18T20:09:58Z',
          },
        },
      },
    },
    { type: 'cart_token', value: 'cart-grace' },
  ],
  models: {
    user_360: {
      USER_ID: 'u-1002',
      FIRST_NAME: 'Grace',
      LAST_NAME: 'Hopper',
      COUNTRY: 'US',
      LANGUAGE: 'en',
      LOYALTY_TIER: 'bronze',
      LIFETIME_VALUE: money(21_900),
      ORDER_COUNT: 1,
      FIRST_SEEN: '2026-06-11T15:30:44Z',
      LAST_SEEN: '2026-11-18T20:09:58Z',
      IS_SUBSCRIBED: false,
      FAVOURITE_CATEGORIES: ['Tents', 'Sleeping'],
      ADDRESS: { CITY: 'New York', POSTAL_CODE: '10001', COUNTRY: 'US' },
    },
    churn_scores: { CHURN_30D: score(610), SEGMENT: 'at_risk', SCORED_ON: '2026-11-20' },
    product_recommendations: {
      RECOMMENDED: [
        { ...productTraits(product('TNT-201')), SCORE: score(972) },
        { ...productTraits(product('LMP-080')), SCORE: score(655) },
      ],
      COMPUTED_ON: '2026-11-20',
    },
  },
};

/** Came by for the first time: little is known yet, nothing computed. */
const LINUS: SampleSubject = {
  entity: 'user',
  ids: [
    { type: 'user_id', value: 'u-1003' },
    { type: 'email', value: 'linus@example.com' },
    {
      type: 'anonymous_id',
      value: 'anon-linus',
      models: {
        'WEB_PERSONALIZATION:FEATURES_BY_ANON': {
          USER_APP_SIGN_UP: null,
          SESSIONS_7D: 1,
          DEVICE: 'phone',
          LAST_VIEWED_PRODUCTS: [],
          ABANDONED_CART: null,
        },
      },
    },
  ],
  models: {
    user_360: {
      USER_ID: 'u-1003',
      FIRST_NAME: 'Linus',
      COUNTRY: 'FI',
      LOYALTY_TIER: null,
      ORDER_COUNT: 0,
      FIRST_SEEN: '2026-11-19T07:02:19Z',
      LAST_SEEN: '2026-11-19T07:05:40Z',
      IS_SUBSCRIBED: false,
    },
  },
};

export const KNOWN_USERS: readonly SampleSubject[] = [ADA, GRACE, LINUS];
