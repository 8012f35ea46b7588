import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePbProject, readPbProject } from '../../src/catalogue/pb-project.js';
import { ConfigError } from '../../src/config/config-error.js';

/** With the keys that a project has besides, and what templates and shells leave in them. */
const PROJECT = `# Profiles of the shop
name: shop_profiles
schema_version: 88
connection: prod-db-profile
include_untimed: true
model_folders:
  - models
entities:
  - name: user
    id_column_name: user_main_id
    id_stitcher: models/user_id_stitcher
    id_types: [main_id, user_id, anonymous_id, email]
    feature_views:
      using_ids:
        - id: email
          name: features_by_email
        - id: email
          name: web_personalization
        - id: user_id
          name: features_by_user_id
          features: [is_churned, days_active]
  - name: account
    id_types: &account_ids [domain, account_id]
    serve_traits:
      - id_served: domain
      - id_served: account_id
        name: account_360
  - name: campaign
    id_types: *account_ids
    serve_traits:
  - name: project
    id_types: [project_id]
id_types:
  - name: email
    filters:
      - type: exclude
        regex: "^\${UNSET}.*$$"
  - name: user_id
    extends: user_id
packages:
  - name: corelib
    url: "https://example.com/corelib/tag/schema_{{best_schema_version}}"
    gitcreds: !secret creds
python_requirements:
  - profiles_mlcorelib==0.7.2
`;

describe('a pb_project.yaml', () => {
  it('tells what each entity serves, from feature views and from serve_traits', () => {
    expect(parsePbProject(PROJECT)).toEqual([
      {
        name: 'user',
        served: [
          { idType: 'email', view: 'features_by_email' },
          { idType: 'email', view: 'web_personalization' },
          { idType: 'user_id', view: 'features_by_user_id' },
        ],
      },
      {
        name: 'account',
        served: [
          { idType: 'domain', view: undefined },
          { idType: 'account_id', view: 'account_360' },
        ],
      },
      { name: 'campaign', served: [] },
      { name: 'project', served: [] },
    ]);
  });

  it('names a table once that both ways of saying it name', () => {
    const text = `
entities:
  - name: user
    feature_views: { using_ids: [{ id: email, name: by_email }, { id: user_id }] }
    serve_traits: [{ id_served: email, name: by_email }, { id_served: email }, { id_served: user_id }]
`;
    expect(parsePbProject(text)).toEqual([
      {
        name: 'user',
        served: [
          { idType: 'email', view: 'by_email' },
          { idType: 'user_id', view: undefined },
          { idType: 'email', view: undefined },
        ],
      },
    ]);
  });

  it.each([
    ['', '', 1, 'must be a pb_project.yaml: a mapping with entities'],
    ['- a', '', 1, 'must be a pb_project.yaml: a mapping with entities'],
    [
      'name: shop',
      'entities',
      1,
      'is required: a list of entities, each with its name and the id types it serves',
    ],
    [
      'name: shop\nentities: user',
      'entities',
      2,
      'must be a list of entities, each with its name and the id types it serves',
    ],
    [
      'entities:\n  - name: user\n    id_types: [email]',
      'entities',
      1,
      'must have an entity that serves an id type: with feature_views.using_ids or serve_traits',
    ],
    ['entities: [user]', 'entities[0]', 1, 'must be a mapping of keys to values'],
    [
      'entities:\n  - serve_traits: [{ id_served: email }]',
      'entities[0].name',
      2,
      'is required: the name of the entity',
    ],
    [
      'entities:\n  - name: a:b\n    serve_traits: [{ id_served: email }]',
      'entities[0].name',
      2,
      'must be 1 to 128 characters without a colon or control characters: it is part of a key in Redis',
    ],
    [
      'entities:\n  - name: user\n    serve_traits:\n      - id_served:\n',
      'entities[0].serve_traits[0].id_served',
      4,
      'has no value: give it one, or leave the key out',
    ],
    [
      'entities:\n  - name: user\n    serve_traits:\n      - id: email\n',
      'entities[0].serve_traits[0].id_served',
      4,
      'is required: the id type that is served',
    ],
    [
      'entities:\n  - name: user\n    feature_views:\n      - id: email\n',
      'entities[0].feature_views',
      3,
      'must be a mapping of keys to values',
    ],
    [
      'entities:\n  - name: user\n    feature_views:\n      using_ids: email\n',
      'entities[0].feature_views.using_ids',
      4,
      'must be a list of views, each with id and name',
    ],
    [
      'entities:\n  - name: user\n    feature_views:\n      using_ids:\n        - id: 7\n',
      'entities[0].feature_views.using_ids[0].id',
      5,
      'must be text: put it in quotes',
    ],
    [
      'entities:\n  - &user\n    name: user\n    serve_traits: [{ id_served: email }]\n  - *user\n',
      'entities[1].name',
      3,
      'must differ from entities[0].name',
    ],
    [
      'entities:\n  - name: user\n    serve_traits: [{ id_served: email }]\n    name: account\n',
      'entities[0].name',
      4,
      'is here twice, first on line 2',
    ],
  ])('is refused with path and line: %j', (text, path, line, message) => {
    expect(refusalOf(text).mistakes).toEqual([{ path, line, message }]);
  });

  it('is refused where it is not YAML', () => {
    expect(refusalOf('entities:\n  - name: "user\n').message).toMatch(
      /^pb_project\.yaml is not valid \(1 mistake\):\n {2}line \d: has text that YAML cannot read here/,
    );
  });

  it('tells nothing of a file that is something else', () => {
    const { message } = refusalOf(
      'entities:\n  - { s3cret, name: user, pass-word: s3cret, pass-word: s3cret }\n',
    );
    expect(message).toContain('entities[0].?');
    expect(message).not.toMatch(/s3cret|pass-word/);
  });
});

describe('the file of a project', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'activation-gateway-project-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is read', async () => {
    const file = join(folder, 'pb_project.yaml');
    await writeFile(file, PROJECT);
    expect(readPbProject(file).map(({ name }) => name)).toEqual(['user', 'account', 'campaign', 'project']);
  });

  it('is named where it cannot be had, and where it is wrong', async () => {
    const missing = join(folder, 'missing.yaml');
    expect(() => readPbProject(missing)).toThrow(
      new ConfigError(`${missing} does not exist: name the pb_project.yaml of a Profiles project.`),
    );
    expect(() => readPbProject(folder)).toThrow(`${folder} cannot be read (EISDIR)`);
    const wrong = join(folder, 'wrong.yaml');
    await writeFile(wrong, 'name: shop\n');
    expect(() => readPbProject(wrong)).toThrow(
      `${wrong} is not valid (1 mistake):\n  entities (line 1): is required`,
    );
  });
});

function refusalOf(text: string): ConfigError {
  try {
    parsePbProject(text);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error;
    }
    throw error;
  }
  throw new Error('expected the project to be refused, and it was not');
}
