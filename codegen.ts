import type { CodegenConfig } from '@graphql-codegen/cli';

/** The typed client, from the committed schema and the operations in src/client and examples. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['src/client/operations.graphql', 'examples/**/*.graphql'],
  generates: {
    'src/client/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: { DateTime: 'string', JSON: 'unknown' },
        documentMode: 'documentNode',
      },
    },
  },
};

export default config;
