import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import { RuleTester, type Rule } from 'eslint';
import tseslint from 'typescript-eslint';
// @ts-expect-error -- plain JavaScript, as ESLint loads it
import { importRanks } from '../../eslint-ranks.js';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({ languageOptions: { parser: tseslint.parser } });
const inRepo = (file: string) => join(import.meta.dirname, '../..', file);

const allowed = (name: string, file: string, code: string): RuleTester.ValidTestCase => ({
  name,
  filename: inRepo(file),
  code,
});
const refused = (
  name: string,
  file: string,
  code: string,
  messageId: string,
): RuleTester.InvalidTestCase => ({
  ...allowed(name, file, code),
  errors: [{ messageId }],
});

tester.run('import-ranks', importRanks as Rule.RuleModule, {
  valid: [
    allowed(
      'the top imports what a feature brings',
      'src/features.ts',
      `import { b } from './events/feature.js';`,
    ),
    allowed(
      'a feature file knows what a feature is',
      'src/events/feature.ts',
      `import type { Feature } from '../feature.js';`,
    ),
    allowed('a feature file knows GraphQL', 'src/events/feature.ts', `import { Field } from 'type-graphql';`),
    allowed('a feature imports a lower one', 'src/events/a.ts', `import { b } from '../profiles/index.js';`),
    allowed(
      'a feature imports its own files',
      'src/rules/predicates/a.ts',
      `import { b } from '../rule.js';`,
    ),
    allowed(
      'platform is entered by its index',
      'src/access/a.ts',
      `import { b } from '../platform/index.js';`,
    ),
    allowed(
      'platform is entered by a part',
      'src/access/a.ts',
      `import { b } from '../platform/http/index.js';`,
    ),
    allowed(
      'a resolver takes a lower type',
      'src/events/a.resolver.ts',
      `import { B } from '../profiles/b.type.js';`,
    ),
    allowed(
      'a type takes a lower type',
      'src/events/a.type.ts',
      `import { B } from '../profiles/b.type.js';`,
    ),
    allowed(
      'an input takes a lower type',
      'src/events/a.input.ts',
      `import { B } from '../profiles/b.type.js';`,
    ),
    allowed('the top imports features', 'src/app.ts', `import { b } from './journeys/index.js';`),
    allowed('the top imports resolvers', 'src/schema.ts', `import { B } from './profiles/b.resolver.js';`),
    allowed('the top imports types', 'src/schema.ts', `import { B } from './profiles/b.type.js';`),
    allowed('the top imports the top', 'src/main.ts', `import { app } from './app.js';`),
    allowed('the top reads config', 'src/ingest-worker.ts', `import { config } from './config.js';`),
    allowed(
      'platform knows the type of config',
      'src/platform/a.ts',
      `import type { C } from '../config.js';`,
    ),
    allowed(
      'types marked one by one count as types',
      'src/events/a.ts',
      `import { type C } from '../config.js';`,
    ),
    allowed(
      'a resolver imports GraphQL',
      'src/events/a.resolver.ts',
      `import { Query } from 'type-graphql';`,
    ),
    allowed('a loader imports GraphQL', 'src/events/a.loader.ts', `import { parse } from 'graphql';`),
    allowed('an index imports GraphQL', 'src/events/index.ts', `import { parse } from 'graphql';`),
    allowed('platform imports GraphQL', 'src/platform/http/a.ts', `import { parse } from 'graphql';`),
    allowed('the client imports GraphQL', 'src/client/a.ts', `import { print } from 'graphql';`),
    allowed(
      'the client imports its own files',
      'src/client/a.ts',
      `import { b } from './generated/graphql.js';`,
    ),
    allowed('packages are free', 'src/profiles/a.ts', `import { z } from 'zod';`),
    allowed(
      'files outside src have no rank',
      'src/platform/a.ts',
      `import { M } from '../../migrations/m.js';`,
    ),
    allowed('tests import anything', 'test/events/a.test.ts', `import { b } from '../../src/journeys/b.js';`),
    allowed('tests in src import anything', 'src/events/a.test.ts', `import { b } from '../journeys/b.js';`),
  ],
  invalid: [
    refused('a higher feature', 'src/profiles/a.ts', `import { b } from '../events/index.js';`, 'higher'),
    refused('a higher type', 'src/profiles/a.ts', `import type { B } from '../events/index.js';`, 'higher'),
    refused(
      'all of a higher feature re-exported',
      'src/profiles/index.ts',
      `export * from '../events/index.js';`,
      'higher',
    ),
    refused(
      'a higher name re-exported',
      'src/access/a.ts',
      `export { b } from '../events/index.js';`,
      'higher',
    ),
    refused(
      'a higher feature imported on demand',
      'src/profiles/a.ts',
      `await import('../events/index.js');`,
      'higher',
    ),
    refused(
      'a higher feature inside a type',
      'src/access/a.ts',
      `type B = import('../events/index.js').B;`,
      'higher',
    ),
    refused(
      'the feature file of another',
      'src/segments/feature.ts',
      `import { b } from '../events/feature.js';`,
      'deep',
    ),
    refused(
      'a value from what a feature is',
      'src/segments/feature.ts',
      `import { b } from '../feature.js';`,
      'higher',
    ),
    refused('the top, from a feature', 'src/journeys/a.ts', `import { app } from '../app.js';`, 'higher'),
    refused(
      'platform imports a feature',
      'src/platform/http/a.ts',
      `import { b } from '../../access/index.js';`,
      'higher',
    ),
    refused('a peer', 'src/identity/a.ts', `import { b } from '../consent/index.js';`, 'peer'),
    refused(
      'a peer type, from a resolver',
      'src/journeys/a.resolver.ts',
      `import { B } from '../syncs/b.type.js';`,
      'peer',
    ),
    refused('past the index', 'src/events/a.ts', `import { b } from '../profiles/b.js';`, 'deep'),
    refused(
      'a lower type, from a verb',
      'src/events/a.ts',
      `import { B } from '../profiles/b.type.js';`,
      'deep',
    ),
    refused(
      'a lower resolver',
      'src/events/a.resolver.ts',
      `import { B } from '../profiles/b.resolver.js';`,
      'deep',
    ),
    refused(
      'an index further in',
      'src/ingest/a.ts',
      `import { b } from '../segments/rule/index.js';`,
      'deep',
    ),
    refused(
      'past the index of platform',
      'src/access/a.ts',
      `import { b } from '../platform/errors.js';`,
      'deep',
    ),
    refused('deep in platform', 'src/access/a.ts', `import { b } from '../platform/http/gate.js';`, 'deep'),
    refused('a verb, from the top', 'src/app.ts', `import { b } from './profiles/b.js';`, 'deep'),
    refused('config as a value', 'src/platform/a.ts', `import { config } from '../config.js';`, 'config'),
    refused(
      'config half as a value',
      'src/access/a.ts',
      `import { type C, config } from '../config.js';`,
      'config',
    ),
    refused(
      'the client imports a feature',
      'src/client/a.ts',
      `import { b } from '../platform/index.js';`,
      'client',
    ),
    refused(
      'the client imports the top',
      'src/client/a.ts',
      `import type { C } from '../config.js';`,
      'client',
    ),
    refused(
      'a feature imports the client',
      'src/events/a.ts',
      `import { b } from '../client/index.js';`,
      'higher',
    ),
    refused('a verb knows GraphQL', 'src/events/a.ts', `import { Field } from 'type-graphql';`, 'graphql'),
    refused(
      'a verb knows a part of GraphQL',
      'src/events/a.ts',
      `import { b } from 'graphql/execution';`,
      'graphql',
    ),
    refused(
      'an entity knows GraphQL',
      'src/events/a.entity.ts',
      `import { Field } from 'type-graphql';`,
      'graphql',
    ),
    refused('reads know GraphQL', 'src/events/a.reads.ts', `import type { A } from 'graphql';`, 'graphql'),
    refused('a folder without a rank', 'src/billing/a.ts', `export const a = 1;`, 'unknown'),
    refused(
      'an import from such a folder',
      'src/app.ts',
      `import { b } from './billing/index.js';`,
      'unknown',
    ),
  ],
});
