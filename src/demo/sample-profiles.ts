/** The sample profiles that the demo serves: the same on every machine and on every day. */

import { accounts } from './accounts.js';
import { KNOWN_USERS } from './known-users.js';
import { projects } from './projects.js';
import { Random } from './random.js';
import type { SampleModels, SampleSubject } from './sample-subject.js';
import { traitsText } from './traits-text.js';
import { users } from './users.js';

/** A profile as RudderStack's sync stores it. */
export interface SampleProfile {
  readonly entity: string;
  readonly idType: string;
  readonly idValue: string;
  /** Model name → the JSON text of its traits. */
  readonly models: ReadonlyMap<string, string>;
}

const SEED = 2026;
const DRAWN_USERS = 407;
const FIRST_DRAWN_USER = 1004;
const ACCOUNTS = 60;
const PROJECTS = 40;

/**
 * About 1,500 profiles of users, accounts and projects, each stored once under every id it is known by. The people,
 * the account and the project that the documentation names come first among their kind.
 */
export function sampleProfiles(): SampleProfile[] {
  const random = new Random(SEED);
  const drawnUsers = users(random, DRAWN_USERS, FIRST_DRAWN_USER);
  const userProfiles = [...KNOWN_USERS.flatMap(profilesOf), ...Array.from(drawnUsers, profilesOf).flat()];
  const accountProfiles = accounts(random, ACCOUNTS).flatMap(profilesOf);
  const projectProfiles = projects(random, PROJECTS, {
    emails: idValues(userProfiles, 'email'),
    accountIds: idValues(accountProfiles, 'account_id'),
  }).flatMap(profilesOf);
  return [...userProfiles, ...accountProfiles, ...projectProfiles];
}

function profilesOf({ entity, ids, models }: SampleSubject): SampleProfile[] {
  const shared = textsOf(models);
  return ids.map((id) => ({
    entity,
    idType: id.type,
    idValue: id.value,
    models: new Map([...shared, ...textsOf(id.models ?? {})]),
  }));
}

function textsOf(models: SampleModels): [model: string, traits: string][] {
  return Object.entries(models).flatMap(([model, traits]) =>
    traits === undefined ? [] : [[model, traitsText(traits)]],
  );
}

function idValues(profiles: readonly SampleProfile[], idType: string): string[] {
  return profiles.filter((profile) => profile.idType === idType).map(({ idValue }) => idValue);
}
