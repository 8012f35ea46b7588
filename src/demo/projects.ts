/** What the customers of the sample shop are working on. */

import { dayBefore } from './calendar.js';
import type { Random } from './random.js';
import type { SampleSubject, SampleTraits } from './sample-subject.js';

const FIRST_NUMBER = 7;
const SEASONS = ['Spring', 'Summer', 'Autumn', 'Winter'];
const PLANS = [
  'rental fleet',
  'trail guide',
  'base camp',
  'club trip',
  'catalogue',
  'repair café',
  'photo tour',
];
const LABELS = ['alps', 'beginners', 'family', 'lakes', 'night', 'snow', 'urgent'];
const MILESTONES = ['Route', 'Gear list', 'Booking', 'Packing', 'Departure'];

/** Always the same, for the documentation. */
const FIRST_PROJECT: SampleTraits = {
  NAME: 'Spring base camp',
  ACCOUNT_ID: 'acc-1',
  OWNER: { EMAIL: 'ada@example.com', SINCE: '2026-09-01' },
  STATUS: 'active',
  OPEN_ISSUES: 12,
  OVERDUE_ISSUES: 3,
  DUE_ON: '2027-03-20',
  LABELS: ['alps', 'beginners'],
  MILESTONES: [
    { NAME: 'Route', DONE: true },
    { NAME: 'Gear list', DONE: false },
  ],
};

/** The people and companies that projects belong to: at least one of each. */
export interface ProjectParties {
  readonly emails: readonly string[];
  readonly accountIds: readonly string[];
}

/** @param count 1 or more; the first project is fixed. */
export function projects(random: Random, count: number, parties: ProjectParties): SampleSubject[] {
  return Array.from({ length: count }, (_, index) => ({
    entity: 'project',
    ids: [{ type: 'project_key', value: `PRJ-${FIRST_NUMBER + index}` }],
    models: { project_360: index === 0 ? FIRST_PROJECT : drawTraits(random, parties) },
  }));
}

function drawTraits(random: Random, { emails, accountIds }: ProjectParties): SampleTraits {
  const reached = random.integer(0, MILESTONES.length);
  const status = statusFor(reached);
  const openIssues = status === 'done' ? 0 : random.integer(0, 40);
  return {
    NAME: `${random.pick(SEASONS)} ${random.pick(PLANS)}`,
    ACCOUNT_ID: random.pick(accountIds),
    OWNER: random.chance(0.9)
      ? { EMAIL: random.pick(emails), SINCE: dayBefore(random.integer(1, 300)) }
      : null,
    STATUS: status,
    OPEN_ISSUES: openIssues,
    OVERDUE_ISSUES: random.integer(0, Math.min(openIssues, 8)),
    DUE_ON: random.chance(0.8) ? dayBefore(-random.integer(5, 200)) : null,
    LABELS: random.pickSeveral(LABELS, random.integer(0, 3)),
    MILESTONES: MILESTONES.map((name, index) => ({ NAME: name, DONE: index < reached })),
  };
}

function statusFor(milestonesReached: number): string {
  if (milestonesReached === 0) {
    return 'planned';
  }
  return milestonesReached < MILESTONES.length ? 'active' : 'done';
}
