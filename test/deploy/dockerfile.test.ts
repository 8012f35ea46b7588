import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOCKERFILE, execForm, lastOf, ROOT, stagesOf } from './dockerfile.js';

const read = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8');
const stages = stagesOf(DOCKERFILE);
const final = stages.at(-1) ?? [];

describe('the Dockerfile', () => {
  it('has nothing that the linter finds', () => {
    expect(validate(DOCKERFILE).map(({ message }) => message)).toEqual([]);
    expect(validate(DOCKERFILE.replace('USER 65532', 'USR 65532'))).not.toEqual([]);
  });

  it('builds on the LTS that .ci/run tests, by a name without a host', () => {
    const image = /^ARG NODE_IMAGE=(.+)$/m.exec(DOCKERFILE)?.[1];
    const [, tested] = /node@(\d+) -- node --version/.exec(read('.ci/run')) ?? [];
    expect(image).toBe(`node:${tested}-bookworm-slim`);
    expect(stages.map(([from]) => from?.text.split(' ')[0])).toEqual(
      stages.map(() => expect.stringMatching(/^\$\{NODE_IMAGE\}$/)),
    );
  });

  it('runs as a numbered user that is not root', () => {
    expect(lastOf(final, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('puts no shell between a signal and the supervisor', () => {
    expect(execForm(lastOf(final, 'ENTRYPOINT'))).toEqual(['node', '/app/dist/main.js']);
    expect(execForm(lastOf(final, 'CMD'))).toContain('serve');
  });

  it('asks for its health with what is there: Node', () => {
    const [, command = ''] = /CMD (\[.+\])$/.exec(lastOf(final, 'HEALTHCHECK')) ?? [];
    expect(execForm(command)[0]).toBe('node');
  });

  it('has no npm in the image that is run', () => {
    expect(lastOf(final, 'RUN')).toContain(
      'rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx',
    );
  });

  it('says what it is, in labels of the OCI', () => {
    for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'source']) {
      expect(lastOf(final, 'LABEL')).toContain(`org.opencontainers.image.${name}=`);
    }
  });

  it('copies what .dockerignore sends, and nothing else is sent', () => {
    const copied = stages
      .flat()
      .filter(({ keyword, text }) => keyword === 'COPY' && !text.startsWith('--from='))
      .flatMap(({ text }) => text.split(' ').slice(0, -1));
    const sent = read('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
    expect(read('.dockerignore')).toMatch(/^\*$/m);
    expect([...new Set(copied)].toSorted()).toEqual(sent.toSorted());
  });

  it('has every folder of the package that is read at run time', () => {
    const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(read('package.json')));
    const folders = files.filter((file) => !file.endsWith('.md') && file !== 'deploy');
    const targets = final
      .filter(({ keyword }) => keyword === 'COPY')
      .map(({ text }) => text.split(' ').at(-1));
    expect(targets).toEqual(expect.arrayContaining(folders));
  });
});
