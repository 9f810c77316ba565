import type { CodegenConfig } from '@graphql-codegen/cli';

/** The typed client, from the committed schema and the operations in src/client. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'src/client/operations.graphql',
  // Node loads what is compiled from this as ES modules, which name their files in full.
  emitLegacyCommonJSImports: false,
  importExtension: '.js',
  generates: {
    'src/client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          Decimal: 'string',
          // What is sent may be any value; what comes back is one that the caller must look at first.
          JSON: { input: 'unknown', output: 'unknown' },
          Rule: 'unknown',
        },
      },
    },
  },
};

export default config;
