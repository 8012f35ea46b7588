/** Who may come by: people of the sample profiles, known by the anonymous id in their browser, and one whom nobody knows. */

/**
 * @typedef {object} Visitor
 * @property {string} anonymousId what RudderStack's web SDK keeps in the visitor's browser
 * @property {string} name as the switcher shows it
 * @property {string} about
 */

/** @type {readonly [Visitor, ...Visitor[]]} */
export const VISITORS = [
  { anonymousId: 'anon-ada', name: 'Ada', about: 'buys often' },
  { anonymousId: 'anon-grace', name: 'Grace', about: 'left a full cart' },
  { anonymousId: '274ebc09-4c47-4264-a0e6-54a94ae6b05c', name: 'Lena', about: 'could not decide' },
  { anonymousId: 'anon-linus', name: 'Linus', about: 'here for the first time' },
  { anonymousId: 'b7c1f0de-0000-4000-8000-c0ffee000001', name: 'Someone', about: 'nobody knows yet' },
];
