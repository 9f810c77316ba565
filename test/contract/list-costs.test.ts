import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';
import { PROFILE_PAGE } from '../../bench/support/profile-page.js';
import { costLists, listsOfObjects } from '../../src/cost-lists.js';
import { LIMITS, operationCost } from '../../src/platform/graphql/index.js';
import { createSchema } from '../../src/schema.js';
import { defaultTabs } from '../../web/graphiql/default-tabs.js';

const schema = createSchema();

/** What counts as less than its description allows; the reasons stand in `cost-lists.ts`. */
const LESS = {
  'AttributeDefinition.sources': 10,
  'Channel.consents': 20,
  'DerivedValue.money': 3,
  'ExplanationNode.children': 10,
  'Facet.attributes': 20,
  'Profile.derived': 20,
  'Profile.facets': 5,
  'Profile.tags': 20,
  'Profile.terms': 20,
  'Query.nodes': 1,
  'SegmentPreview.sample': 1,
  'SegmentUpdatePreview.entering': 1,
  'SegmentUpdatePreview.leaving': 1,
  'Taxonomy.labels': 10,
  'Term.labels': 10,
  'UserError.subjects': 10,
};

it('a list of objects costs what its description allows', () => {
  const less: Record<string, number> = {};
  let found = 0;
  for (const [place, { description, extensions }] of listsOfObjects(schema)) {
    const [, bound] = /\b[Aa]t most ([\d,]+)/.exec(description ?? '') ?? [];
    if (bound === undefined) continue;
    found++;
    if (extensions.items !== Number(bound.replace(',', ''))) less[place] = extensions.items ?? NaN;
  }
  expect(less).toEqual(LESS);
  expect(found).toBeGreaterThan(40);
});

it('refuses a cost for a list that there is not', () => {
  const { Profile: _, ...types } = schema.getTypeMap();
  const without = { getTypeMap: () => types } as unknown as typeof schema;
  expect(() => costLists(without)).toThrow('Profile.tags');
});

const MARKDOWN = ['README.md', 'src/client/README.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
const EXAMPLES = MARKDOWN.filter((name) => name.endsWith('.md')).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^```graphql\n(.*?)^```$/gms)].map(({ 1: text = '' }) => ({
    what: `an example of ${file}`,
    text,
  })),
);

it.each([
  { what: 'the page of a customer', text: PROFILE_PAGE },
  ...defaultTabs.map(({ query }) => ({ what: 'a tab of GraphiQL', text: query })),
  { what: 'what the client sends', text: readFileSync('src/client/operations.graphql', 'utf8') },
  ...EXAMPLES,
])('$what costs far less than is allowed', ({ text }) => {
  const document = parse(text);
  for (const one of document.definitions)
    if (one.kind === Kind.OPERATION_DEFINITION)
      expect(operationCost(schema, document, {}, one)).toBeLessThan(LIMITS.cost / 50);
});
