import {
  expectNoErrors,
  gql,
  ingest,
  item,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TagsInput, TestServer } from '../kit/index.js';
import { call, define, labelsOf } from './labels-kit.js';

const DAY = (day: number) => `2026-02-0${day}T00:00:00.000Z`;
const THEME = (term: string) => ({ taxonomy: 'themes', term });

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  for (const key of ['vip', 'new', 'paid']) await define(tenant, 'defineTag', { key, label: key });
});

const tell = (tags: TagsInput, occurredAt?: string, who = 'ada') =>
  seed(tenant, [item({ external: who }, { tags, occurredAt })]);

async function expectRefusal(verb: string, input: Record<string, unknown>, code: string, path: string) {
  const before = await snapshotTables(tenant);
  const { userErrors } = await call(tenant, verb, input);
  expect(userErrors).toMatchObject([{ code, path: ['input', ...path.split('.')] }]);
  expect(await snapshotTables(tenant)).toEqual(before);
}

describe('labels of a person', () => {
  it('are put on and taken off; the newest word stands, for each by itself', async () => {
    await tell({ add: ['vip', 'new'], addTerms: [THEME('delivery.late')] }, DAY(2));
    expect(await labelsOf(tenant, 'ada')).toEqual(['new', 'vip', 'themes/delivery.late', '(customer)']);
    await tell({ remove: ['vip'], removeTerms: [THEME('delivery.late')] }, DAY(1));
    expect(await labelsOf(tenant, 'ada')).toEqual(['new', 'vip', 'themes/delivery.late', '(customer)']);
    await tell({ remove: ['vip'], removeTerms: [THEME('delivery.late')] }, DAY(3));
    expect(await labelsOf(tenant, 'ada')).toEqual(['new', '(customer)']);
  });

  it('are as the last to arrive says when yes and no are said for one instant; off when in one item', async () => {
    await tell({ add: ['vip', 'new'], remove: ['vip'] }, DAY(1));
    await tell({ remove: ['new'] }, DAY(1));
    await tell({ add: ['new'] }, DAY(1));
    expect(await labelsOf(tenant, 'ada')).toEqual(['new', '(customer)']);
    await tell({ remove: ['new'] }, DAY(1));
    expect(await labelsOf(tenant, 'ada')).toEqual(['(customer)']);
  });

  it('tell since when and from whom', async () => {
    await tell({ add: ['vip'], adopt: ['member'] }, DAY(1));
    const query = `{ profileByIdentifier(namespace: "external", value: "ada") {
      tags { tag { label } setAt source { key } } facets { schema { key badge } adoptedAt source { key } } } }`;
    expect(expectNoErrors(await gql(tenant, query)).profileByIdentifier).toEqual({
      tags: [{ tag: { label: 'vip' }, setAt: DAY(1), source: { key: 'default' } }],
      facets: [
        { schema: { key: 'customer', badge: null }, adoptedAt: null, source: null },
        { schema: { key: 'member', badge: '★' }, adoptedAt: DAY(1), source: { key: 'default' } },
      ],
    });
  });

  it('go with the person in a merge, by the same rule, and come back in the undo', async () => {
    await tell({ add: ['vip'], adopt: ['member'] }, DAY(1));
    await seed(tenant, [
      item(
        { device: 'd' },
        { tags: { add: ['new'], remove: ['vip'], adopt: ['student'] }, occurredAt: DAY(2) },
      ),
    ]);
    await seed(tenant, [item({ external: 'ada', device: 'd' })]);
    expect(await labelsOf(tenant, 'ada')).toEqual(['new', '(customer)', '(member)', '(student)']);
    const { merges } = expectNoErrors(await gql(tenant, '{ merges { nodes { id } } }'));
    const undo = `mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }`;
    expectNoErrors(await gql(tenant, undo, merges.nodes[0]));
    expect(await labelsOf(tenant, 'ada')).toEqual(['vip', '(customer)', '(member)']);
    expect(await labelsOf(tenant, 'd', 'device')).toEqual(['new', '(customer)', '(student)']);
  });

  it.each<[TagsInput, string[]]>([
    [{ add: ['vip', 'none'] }, ['TAG_UNKNOWN tags.add.1']],
    [{ remove: ['none'] }, ['TAG_UNKNOWN tags.remove.0']],
    [{ addTerms: [THEME('none')] }, ['TERM_UNKNOWN tags.addTerms.0']],
    [{ removeTerms: [{ taxonomy: 'none', term: 'delivery' }] }, ['TERM_UNKNOWN tags.removeTerms.0']],
    [{ adopt: ['none'], drop: ['nobody'] }, ['SCHEMA_UNKNOWN tags.adopt.0', 'SCHEMA_UNKNOWN tags.drop.0']],
    [{ add: Array<string>(51).fill('vip') }, ['TOO_MANY tags.add']],
  ])('are left out of an item with %j', async (tags, faults) => {
    const [result] = await ingest(tenant, [item({ external: 'ada' }, { tags })]);
    expect(result).toMatchObject({ status: 'ACCEPTED', errors: [] });
    expect(result?.warnings.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`)).toEqual(faults);
    const isOn = tags.add?.length === 2;
    expect(await labelsOf(tenant, 'ada')).toEqual(isOn ? ['vip', '(customer)'] : ['(customer)']);
  });

  it('take part in what makes an item the same', async () => {
    const sent = item({ external: 'ada' }, { tags: { add: ['vip'] } });
    await seed(tenant, [sent]);
    expect(await ingest(tenant, [sent])).toMatchObject([{ status: 'DUPLICATE' }]);
    expect(await ingest(tenant, [{ ...sent, tags: { add: ['new'] } }])).toMatchObject([
      { status: 'CONFLICT' },
    ]);
  });
});

describe('a profile schema', () => {
  it('brings its tags and terms to whoever adopts it, without doubles, and leaves them when it is dropped', async () => {
    const rest = { tags: ['vip', 'paid'], terms: [THEME('loyalty')] };
    await define(tenant, 'defineProfileSchema', { key: 'gold', label: 'Gold', ...rest });
    await define(tenant, 'updateProfileSchema', { key: 'member', ...rest });
    await tell({ adopt: ['gold', 'member'], add: ['vip'], remove: ['paid'] }, DAY(1));
    expect(await labelsOf(tenant, 'ada')).toEqual([
      'vip',
      'themes/loyalty',
      '(customer)',
      '(gold)',
      '(member)',
    ]);
    await tell({ drop: ['gold', 'customer'] }, DAY(2));
    expect(await labelsOf(tenant, 'ada')).toEqual(['vip', 'themes/loyalty', '(member)']);
  });

  it('tells how complete it is: of required attributes, or else of all; what is blank is not known', async () => {
    const read = async () => {
      const query = `{ profileByIdentifier(namespace: "external", value: "ada") { completeness facets { schema { key } completeness attributes { key value } } } }`;
      return expectNoErrors(await gql(tenant, query)).profileByIdentifier;
    };
    await define(tenant, 'defineProfileSchema', { key: 'plain', label: 'Plain' });
    await define(tenant, 'updateProfileSchema', { key: 'customer', attributes: ['city', 'language'] });
    await seed(tenant, [
      item(
        { external: 'ada' },
        {
          tags: { adopt: ['member', 'plain'] },
          attributes: { 'member.type': 'gold', city: 'Ghent', language: ' ', x: 1 },
        },
      ),
    ]);
    expect(await read()).toEqual({
      completeness: 40,
      facets: [
        {
          schema: { key: 'customer' },
          completeness: 50,
          attributes: [
            { key: 'city', value: 'Ghent' },
            { key: 'language', value: ' ' },
          ],
        },
        { schema: { key: 'member' }, completeness: 33, attributes: [{ key: 'member.type', value: 'gold' }] },
        { schema: { key: 'plain' }, completeness: null, attributes: [] },
      ],
    });
    const require = `mutation { updateAttribute(input: { key: "member.type", isRequired: true }) { userErrors { code } } }`;
    expectNoErrors(await gql(tenant, require));
    expect(await read()).toMatchObject({ completeness: 100, facets: [{}, { completeness: 100 }, {}] });
  });

  it('can be changed and deleted; a shipped one is then as shipped', async () => {
    await define(tenant, 'defineProfileSchema', {
      key: 'gold',
      label: 'Gold',
      badge: 'G',
      attributes: ['a.b'],
    });
    expect((await call(tenant, 'updateProfileSchema', { key: 'gold', badge: null })).profileSchema).toEqual({
      key: 'gold',
      label: 'Gold',
      badge: null,
      isDefault: false,
      attributeKeys: ['a.b'],
      tagKeys: [],
      terms: [],
      isShipped: false,
    });
    await define(tenant, 'deleteProfileSchema', { key: 'gold' });
    await define(tenant, 'updateProfileSchema', { key: 'member', label: 'M' });
    expect((await call(tenant, 'deleteProfileSchema', { key: 'member' })).profileSchema.label).toBe('Member');
  });

  it.each([
    ['defineProfileSchema', { key: 'member', label: 'x' }, 'KEY_TAKEN', 'key'],
    ['defineProfileSchema', { key: 'No', label: 'x' }, 'KEY_INVALID', 'key'],
    ['defineProfileSchema', { key: 'a', label: '' }, 'REQUIRED', 'label'],
    ['defineProfileSchema', { key: 'a', label: 'x', tags: ['none'] }, 'TAG_UNKNOWN', 'tags.0'],
    ['defineProfileSchema', { key: 'a', label: 'x', terms: [THEME('none')] }, 'TERM_UNKNOWN', 'terms.0'],
    ['updateProfileSchema', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deleteProfileSchema', { key: 'member' }, 'DEFINITION_SHIPPED', 'key'],
  ])('refuses %s of %j', (verb, input, code, path) => expectRefusal(verb, input, code, path));
});

it('what other definitions name does not go before they do', async () => {
  await define(tenant, 'defineTaxonomy', { key: 'tree', label: 'Tree', terms: [{ key: 'a', label: 'A' }] });
  await define(tenant, 'defineProfileSchema', {
    key: 'gold',
    label: 'Gold',
    tags: ['vip'],
    terms: [{ taxonomy: 'tree', term: 'a' }],
  });
  await define(tenant, 'defineTaxonomy', { key: 'metals', label: 'Metals', schemas: ['gold'] });
  await expectRefusal('deleteTag', { key: 'vip' }, 'DEFINITION_IN_USE', 'key');
  await expectRefusal('deleteTaxonomy', { key: 'tree' }, 'DEFINITION_IN_USE', 'key');
  await expectRefusal('updateTaxonomy', { key: 'tree', terms: [] }, 'DEFINITION_IN_USE', 'terms');
  await expectRefusal('deleteProfileSchema', { key: 'gold' }, 'DEFINITION_IN_USE', 'key');
  await define(tenant, 'deleteTaxonomy', { key: 'metals' });
  await define(tenant, 'deleteProfileSchema', { key: 'gold' });
  await define(tenant, 'deleteTaxonomy', { key: 'tree' });
  await define(tenant, 'deleteTag', { key: 'vip' });
});

describe('a taxonomy', () => {
  const terms = [
    { key: 'a', label: 'A', labels: [{ locale: 'nl', text: 'A in het Nederlands' }] },
    { key: 'a.b', label: 'B', parent: 'a' },
    { key: 'a.b.c', label: 'C', parent: 'a.b' },
  ];

  it('is a tree with names in languages', async () => {
    await define(tenant, 'defineTaxonomy', { key: 'interests', label: 'Interests', terms });
    const query = `{ taxonomies { key label terms { nodes {
      key parentKey pathKeys parent { key } path { key } taxonomy { key } children { nodes { key } totalCount }
      nl: label(locale: "nl-BE") fr: label(locale: "fr") labels { locale text } } } } }`;
    const { taxonomies } = expectNoErrors(await gql(tenant, query));
    expect(taxonomies.map(({ key }: { key: string }) => key)).toEqual(['interests', 'sentiment', 'themes']);
    const term = (pathKeys: string[], children: string[], rest: object) => ({
      ...{ key: pathKeys.at(-1), pathKeys, path: pathKeys.map((key) => ({ key })) },
      ...{
        parentKey: pathKeys.at(-2) ?? null,
        parent: pathKeys.length > 1 ? { key: pathKeys.at(-2) } : null,
      },
      children: { nodes: children.map((key) => ({ key })), totalCount: children.length },
      taxonomy: { key: 'interests' },
      ...rest,
    });
    const labels = [{ locale: 'nl', text: 'A in het Nederlands' }];
    expect(taxonomies[0].terms.nodes).toEqual([
      term(['a'], ['a.b'], { nl: 'A in het Nederlands', fr: 'A', labels }),
      term(['a', 'a.b'], ['a.b.c'], { nl: 'B', fr: 'B', labels: [] }),
      term(['a', 'a.b', 'a.b.c'], [], { nl: 'C', fr: 'C', labels: [] }),
    ]);
  });

  it('that is restricted to profile schemas shows its terms only while the person has a facet of one of them, whatever came first', async () => {
    await define(tenant, 'defineTaxonomy', {
      key: 'interests',
      label: 'Interests',
      terms,
      schemas: ['member'],
    });
    await tell({ addTerms: [{ taxonomy: 'interests', term: 'a.b' }] }, DAY(1));
    expect(await labelsOf(tenant, 'ada')).toEqual(['(customer)']);
    await tell({ adopt: ['member'] }, DAY(2));
    expect(await labelsOf(tenant, 'ada')).toEqual(['interests/a.b', '(customer)', '(member)']);
    await tell({ drop: ['member'] }, DAY(3));
    expect(await labelsOf(tenant, 'ada')).toEqual(['(customer)']);
  });

  it.each([
    ['defineTaxonomy', { key: 'themes', label: 'x' }, 'KEY_TAKEN', 'key'],
    ['defineTaxonomy', { key: 'x', label: 'x', schemas: ['none'] }, 'SCHEMA_UNKNOWN', 'schemas.0'],
    ['defineTaxonomy', { key: 'x', label: 'x', terms: [...terms, terms[0]] }, 'KEY_TAKEN', 'terms.3.key'],
    ['defineTaxonomy', { key: 'x', label: 'x', terms: [terms[1]] }, 'TERM_UNKNOWN', 'terms.0.parent'],
    [
      'defineTaxonomy',
      { key: 'x', label: 'x', terms: [{ ...terms[0], parent: 'a.b.c' }, terms[1], terms[2]] },
      'INVALID_VALUE',
      'terms.0.parent',
    ],
    [
      'defineTaxonomy',
      { key: 'x', label: 'x', labels: [{ locale: 'not a language', text: 'x' }] },
      'INVALID_VALUE',
      'labels.0.locale',
    ],
    ['updateTaxonomy', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deleteTaxonomy', { key: 'themes' }, 'DEFINITION_SHIPPED', 'key'],
    ['defineTag', { key: 'vip', label: 'x' }, 'KEY_TAKEN', 'key'],
    ['defineTag', { key: 'x y', label: 'x' }, 'KEY_INVALID', 'key'],
    ['updateTag', { key: 'none', label: 'x' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deleteTag', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
  ])('or a tag: refuses %s of %j', (verb, input, code, path) => expectRefusal(verb, input, code, path));
});

it('calls a term by its key where no label is given', async () => {
  const terms = [{ key: 'one' }, { key: 'two', label: null }, { key: 'three', label: 'Three' }];
  const { taxonomy, userErrors } = await call(tenant, 'defineTaxonomy', { key: 'numbers', terms });
  expect(userErrors).toEqual([]);
  expect(taxonomy.terms.nodes).toMatchObject([
    { key: 'one', label: 'one' },
    { key: 'two', label: 'two' },
    { key: 'three', label: 'Three' },
  ]);
});
