import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importRanks } from './eslint-ranks.js';

const server = ['{src,test,bench,examples}/**/*.ts', 'codegen.ts'];
const browser = ['web/**/*.{ts,tsx}'];

const namedExportsOnly = [
  'error',
  ...['ExportDefaultDeclaration', 'ExportSpecifier[exported.name="default"]'].map((selector) => ({
    selector,
    message: 'Export by name, and name the file after its one export.',
  })),
];

const readInConfig = 'Read it in src/config.ts and pass the value on.';

const shared = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
  'no-restricted-syntax': namedExportsOnly,
  eqeqeq: ['error', 'always', { null: 'ignore' }],
};

export default defineConfig(
  globalIgnores(['dist', 'node_modules', '.onefold', 'coverage', 'src/client/generated']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    // Plain JavaScript (this file, migrations): `no-undef` would need a list of Node's globals.
    files: ['**/*.js'],
    extends: [js.configs.recommended],
    rules: { 'no-undef': 'off' },
  },
  {
    files: server,
    ignores: browser,
    extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...shared,
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Files with decorators are skipped by the rule itself, since emitDecoratorMetadata needs their values.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      // swc sees one file at a time: a type re-exported as a value fails when the module is linked.
      '@typescript-eslint/consistent-type-exports': [
        'error',
        { fixMixedExportsWithInlineTypeSpecifier: true },
      ],
      // A function may be async because its type says so (resolvers, participants of a merge).
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: browser,
    plugins: { onefold: { rules: { 'import-ranks': importRanks } } },
    rules: { 'onefold/import-ranks': 'error' },
  },
  {
    files: ['{src,web}/**/*.{ts,tsx}'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: readInConfig }],
      'no-restricted-imports': [
        'error',
        ...['process', 'node:process'].map((name) => ({ name, importNames: ['env'], message: readInConfig })),
      ],
    },
  },
  {
    files: ['src/client/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', 'ws'], message: 'The client runs in browsers too.' }] },
      ],
    },
  },
  { files: ['src/run-command.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['src/config.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    // Answers of a GraphQL server and Jest's matchers come as `any`; the assertions are the check there.
    files: ['test/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Not type-checked here: these lie outside the root tsconfig.json.
    files: [...browser, '*.config.ts'],
    extends: [js.configs.recommended, tseslint.configs.recommended],
    rules: shared,
  },
  {
    // Jest, Vite, codegen and the migrator load these by their default export.
    files: ['**/*.config.{js,ts}', 'codegen.ts', 'migrations/**', 'test/kit/global-{setup,teardown}.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
