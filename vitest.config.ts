import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // graphql 16 ships CommonJS and ES modules; two copies in one process break its instanceof checks.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.{test,e2e,fault}.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    server: {
      deps: { inline: [/graphql-scalars/, /@pothos/, /graphql-yoga/, /@envelop/, /@graphql-tools/] },
    },
  },
});
