import type { CodegenConfig } from '@graphql-codegen/cli';

/** Types for the example operations, from the published schema: what a user of this API would generate. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  emitLegacyCommonJSImports: false,
  documents: ['schema/operations/*.graphql'],
  generates: {
    'test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        documentMode: 'string',
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          JSON: 'unknown',
          JSONObject: 'Record<string, Record<string, unknown>>',
        },
      },
    },
  },
};

export default config;
