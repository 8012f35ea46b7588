/** The workflows, by GitHub's own parser, and what a release must never be able to do. */

import { readdirSync, readFileSync } from 'node:fs';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = new URL('../../.github/workflows/', import.meta.url);
const FILES = readdirSync(FOLDER);
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.looseObject({
      permissions: z.record(z.string(), z.string()).optional(),
      'timeout-minutes': z.number(),
      steps: z.array(
        z.looseObject({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});

function mistakesOf(name: string, content: string): string[] {
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

describe.each(FILES)('the workflow %s', (name) => {
  const { on, permissions, jobs } = workflow.parse(parse(read(name)));
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('is one to GitHub', () => {
    expect(mistakesOf(name, read(name))).toEqual([]);
    expect(mistakesOf(name, read(name).replace('runs-on:', 'run-on:'))).not.toEqual([]);
  });

  it('may read the repository and no more, but for one job that may say who it is', () => {
    expect(permissions).toEqual({ contents: 'read' });
    for (const [id, job] of Object.entries(jobs)) {
      expect(job.permissions).toEqual(id === 'publish' ? { 'id-token': 'write' } : undefined);
    }
    expect(on).not.toHaveProperty('pull_request_target');
    expect(read(name)).not.toContain('secrets.');
  });

  it('uses the actions of GitHub alone, and leaves no credentials behind', () => {
    for (const { uses, with: inputs } of steps.filter((step) => step.uses !== undefined)) {
      expect(uses).toMatch(/^actions\/[a-z-]+@(v\d+|[0-9a-f]{40})$/);
      if (uses?.startsWith('actions/checkout@')) {
        expect(inputs).toMatchObject({ 'persist-credentials': false });
      }
    }
  });

  it('lets git read what another user has checked out, before anything needs git', () => {
    for (const job of Object.values(jobs)) {
      const runs = job.steps.map(({ run }) => run ?? '');
      const needsGit = runs.findIndex((run) => run.includes('.ci/run'));
      expect(runs.slice(0, Math.max(0, needsGit)).some((run) => run.includes('safe.directory'))).toBe(
        needsGit !== -1,
      );
    }
  });

  it('puts nothing of an event into a script', () => {
    for (const { run } of steps) {
      expect(run ?? '').not.toMatch(/\$\{\{/);
    }
  });
});

describe('a release', () => {
  const { jobs } = workflow.parse(parse(read('release.yml')));
  const runs = (id: string) => jobs[id]?.steps.map(({ run }) => run ?? '').join('\n') ?? '';

  it('is published only when everything that holds a change holds, with provenance', () => {
    expect(runs('package')).toContain('.ci/run');
    expect(jobs.publish?.needs).toBe('package');
    expect(runs('publish')).toContain('npm publish ./activation-gateway-*.tgz --provenance');
  });

  it('runs no code of a package where it may say who it is', () => {
    expect(runs('publish')).not.toMatch(/npm (ci|install|run)/);
  });
});
