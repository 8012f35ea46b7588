import type { CodegenConfig } from '@graphql-codegen/cli';

/** What a user of this API would generate: typed documents, the scalars as they are in JSON. */
function typed(documents: string): CodegenConfig['generates'][string] {
  return {
    documents: [documents],
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
  };
}

/** Types for the example operations and those of the BFF, from the published schema. */
const config: CodegenConfig = {
  schema: 'schema/schema.graphql',
  emitLegacyCommonJSImports: false,
  generates: {
    'test/generated/': typed('schema/operations/*.graphql'),
    'examples/bff/generated/': typed('examples/bff/operations/*.graphql'),
  },
};

export default config;
