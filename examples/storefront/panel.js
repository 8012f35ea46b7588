/** What happens behind the page, for the one who builds such a page. */

import { byId, element } from './element.js';
import { indentedJson } from './indented-json.js';
import { QUERY } from './profile.js';

/** @typedef {import('./profile.js').Known | import('./profile.js').Refused | import('./profile.js').Away} Outcome */

/** Strings (names where a colon follows), numbers and words of JSON; the rest is punctuation. */
const JSON_PARTS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g;
const GRAPHQL_PARTS = /("(?:[^"\\]|\\.)*")|(#.*)|\b(query)\b|(\w+)(?=:)/g;

export function showQuery() {
  byId('query').replaceChildren(
    ...painted(QUERY, GRAPHQL_PARTS, ([, string, , keyword, label]) =>
      string ? 'string' : keyword ? 'word' : label ? 'name' : '',
    ),
  );
}

/**
 * @param {Outcome} outcome
 * @param {{ waitMs: number }} next when it is asked again
 */
export function showOutcome(outcome, { waitMs }) {
  const again = `It is asked again in ${waitMs / 1000} s.`;
  byId('state').dataset.state = outcome.kind;
  byId('figure').hidden = outcome.kind === 'away';
  if (outcome.kind === 'away') {
    byId('state-text').textContent =
      `Nothing answers at ${location.host}: the gateway is not running. Start it again (npm run demo), and the page follows by itself. ${again}`;
    byId('answer-about').textContent = 'There is none.';
    byId('answer').replaceChildren();
    return;
  }
  const { status, text, ms } = outcome.exchange;
  byId('state-text').textContent =
    outcome.kind === 'known'
      ? outcome.profile.exists
        ? 'The gateway knows this visitor.'
        : 'Nothing is stored under this id: exists is false, which is no error.'
      : `The gateway cannot answer. ${outcome.code}: ${outcome.message}. ${again}`;
  byId('ms').textContent = ms.toFixed(1);
  byId('answer-about').textContent =
    `HTTP ${status}, ${text.length} characters. The page asks again every ${waitMs / 1000} s and changes when the profile does.`;
  showAnswer(indentedJson(text));
}

/** @param {string} json the same again leaves what someone has selected in it */
function showAnswer(json) {
  const answer = byId('answer');
  if (answer.textContent === json) {
    return;
  }
  // A box that scrolls must be reached with the keyboard.
  answer.tabIndex = 0;
  answer.replaceChildren(
    ...painted(json, JSON_PARTS, ([, string, colon, number, word]) =>
      string ? (colon ? 'name' : 'string') : number ? 'number' : word ? 'word' : '',
    ),
  );
}

/**
 * Which trait changed what.
 * @param {import('./profile.js').Profile | undefined} profile
 */
export function showChanges(profile) {
  /** @type {[string, string][]} */
  const changes =
    profile === undefined
      ? [['nothing', 'the page is the one that everyone gets']]
      : profile.exists
        ? [
            [
              'FIRST_NAME',
              profile.firstName === null
                ? 'no name in the greeting'
                : `the greeting says ${profile.firstName}`,
            ],
            [
              'LOYALTY_TIER',
              profile.tier === null
                ? 'not a member yet'
                : `${profile.tier}: the club, the badge, the light over the hills`,
            ],
            [
              'RECOMMENDED',
              profile.recommended === null
                ? 'not computed yet: bestsellers'
                : `${profile.recommended.length} products`,
            ],
            [
              'ABANDONED_CART',
              profile.cart === null ? 'none: no offer' : `an offer; SEGMENT ${profile.segment} decides which`,
            ],
          ]
        : [['exists', 'false: the page is the one that everyone gets']];
  byId('changes').replaceChildren(
    ...changes.flatMap(([trait, change]) => [
      element('dt', {}, element('code', {}, trait)),
      element('dd', {}, change),
    ]),
  );
}

/**
 * Text whose parts are wrapped in elements for colour; nothing in it becomes markup.
 * @param {string} text
 * @param {RegExp} parts
 * @param {(match: RegExpMatchArray) => string} kindOf
 */
function painted(text, parts, kindOf) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(parts)) {
    nodes.push(text.slice(end, match.index));
    nodes.push(element('span', { class: `code-${kindOf(match) || 'plain'}` }, match[0]));
    end = match.index + match[0].length;
  }
  return [...nodes, text.slice(end)];
}
