/** The page: who is here, what the gateway says of them, and again every few seconds. */

import { byId, element, loadDrawings } from './element.js';
import { showChanges, showOutcome, showQuery } from './panel.js';
import { NEUTRAL_PAGE, pageFor } from './personalisation.js';
import { askForProfile } from './profile.js';
import { showShop, spoken } from './shop.js';
import { VISITORS } from './visitors.js';

/** A profile that changes in Redis changes the page this soon. */
const WATCH_MS = 3_000;
const RETRY_MS = 1_000;

const AWAY =
  'We cannot reach your recommendations at the moment, so this is the shop as everyone sees it. You need not do anything: your page comes back by itself.';

let visitor = VISITORS[0];
/** What the page was last made from; the same again changes nothing, so that nobody is disturbed. */
let shown = '';
/** @type {number | undefined} */
let timer;

// Without them it is a shop still.
loadDrawings().catch(() => {});
showQuery();
showSwitcher();
visit(visitor);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) {
    refresh();
  }
});

/** @param {import('./visitors.js').Visitor} next */
function visit(next) {
  visitor = next;
  shown = '';
  byId('shop').setAttribute('aria-busy', 'true');
  refresh();
}

async function refresh() {
  clearTimeout(timer);
  const asked = visitor;
  const outcome = await askForProfile(asked.anonymousId);
  if (asked !== visitor) {
    return;
  }
  const waitMs = outcome.kind === 'known' ? WATCH_MS : RETRY_MS;
  show(outcome, waitMs);
  clearTimeout(timer);
  // A page that nobody looks at asks nothing; it asks when it is looked at again.
  timer = document.hidden ? undefined : setTimeout(refresh, waitMs);
}

/**
 * @param {import('./panel.js').Outcome} outcome
 * @param {number} waitMs
 */
function show(outcome, waitMs) {
  showOutcome(outcome, { waitMs });
  const profile = outcome.kind === 'known' ? outcome.profile : undefined;
  const state = JSON.stringify([visitor.anonymousId, profile ?? 'away']);
  if (state === shown) {
    return;
  }
  shown = state;
  const page = profile === undefined ? NEUTRAL_PAGE : pageFor(profile);
  showShop(page, announce);
  showChanges(profile);
  const notice = byId('notice');
  notice.hidden = profile !== undefined;
  notice.textContent = profile === undefined ? AWAY : '';
  byId('shop').setAttribute('aria-busy', 'false');
  announce(profile === undefined ? AWAY : spoken(page));
}

/** @param {string} text said by a screen reader, seen by nobody */
function announce(text) {
  byId('announcement').textContent = text;
}

function showSwitcher() {
  byId('visitors').append(
    ...VISITORS.map((each) => {
      const radio = element('input', { type: 'radio', name: 'visitor', value: each.anonymousId });
      radio.toggleAttribute('checked', each === visitor);
      radio.addEventListener('change', () => visit(each));
      return element('label', {}, radio, element('span', {}, element('b', {}, each.name), ` ${each.about}`));
    }),
  );
}
