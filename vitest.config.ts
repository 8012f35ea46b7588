import { defineConfig } from 'vitest/config';

const shared = {
  // Most tests wait for processes that they started: two files at once take little more than half the time, on two cores too.
  maxWorkers: 2,
  testTimeout: 20_000,
  hookTimeout: 60_000,
  server: {
    deps: {
      inline: [/graphql-scalars/, /@pothos/, /graphql-yoga/, /@envelop/, /@graphql-tools/, /@actions\//],
    },
  },
};

export default defineConfig({
  resolve: {
    // graphql 16 ships CommonJS and ES modules; two copies in one process break its instanceof checks.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    projects: [
      {
        extends: true,
        test: { ...shared, name: 'tests', include: ['test/**/*.{test,e2e}.ts'], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'both-paths',
          include: ['test/e2e/*.e2e.ts'],
          // What counts requests, or erases, would do it several times over, and what starts no gateway in the test's process
          // sends nothing through the comparison.
          exclude: [
            'rate',
            'metrics',
            'worker-metrics',
            'tracing',
            'topologies',
            'erase',
            'erase-topologies',
            'erase-command',
            'cli',
            'load',
            'load-guide',
            'load-topologies',
            'workers',
            'demo',
            'client',
            'examples',
            'openapi',
            'deadlines',
            'lifecycle',
            'reload',
            'cli-manners',
            'storefront',
            'landing',
            'docs-pages',
            'destinations-check',
            'graphiql',
            'secrets',
            'token-life',
          ].map((name) => `test/e2e/${name}.e2e.ts`),
          env: { BOTH_PATHS: '1' },
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...shared,
          name: 'faults',
          include: ['test/**/*.fault.ts'],
          // They measure time, so they have the machine to themselves.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
