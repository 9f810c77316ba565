import { createSegment, expectNoErrors, gql, item, newTenant, seed, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

async function members(key: string): Promise<string[]> {
  const query = `query ($key: String!) { segment(key: $key) { members { nodes { attribute(key: "who") } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { key }));
  return segment.members.nodes.map((node: { attribute: string }) => node.attribute).sort();
}

async function change(verb: string, input: string): Promise<void> {
  const query = `mutation { ${verb}(input: ${input}) { userErrors { code } } }`;
  expect(expectNoErrors(await gql(tenant, query))[verb].userErrors).toEqual([]);
}

const person = (who: string, identifiers: Record<string, string>) =>
  item(identifiers, { attributes: { who } });

it('a segment by identifier holds exactly those whom it fits, whatever is done to identifiers', async () => {
  await seed(tenant, [person('early', { email: 'early@example.com' })]);
  await createSegment(tenant, 'mailed', { identifier: { namespace: 'email' } });
  await createSegment(tenant, 'ada', { identifier: { namespace: 'email', value: ' ADA@example.com' } });
  await createSegment(tenant, 'sure', { identifier: { namespace: 'email', isVerified: true } });
  await createSegment(tenant, 'unsure', { identifier: { namespace: 'email', isVerified: false } });
  await createSegment(tenant, 'silent', { not: { identifier: { namespace: 'email' } } });
  await seed(tenant, [
    person('ada', { email: 'ada@example.com', external: '1' }),
    person('bob', { external: '2' }),
    person('eve', { external: '3' }),
  ]);
  const all = async () =>
    Object.fromEntries(
      await Promise.all(
        ['mailed', 'ada', 'sure', 'unsure', 'silent'].map(async (key) => [key, await members(key)]),
      ),
    );
  expect(await all()).toEqual({
    mailed: ['ada', 'early'],
    ada: ['ada'],
    sure: [],
    unsure: ['ada', 'early'],
    silent: ['bob', 'eve'],
  });
  await seed(tenant, [item({ external: '2', email: 'bob@example.com' })]);
  await change('verifyIdentifier', '{ namespace: "email", value: "bob@example.com", method: LINK }');
  await change('removeIdentifier', '{ namespace: "email", value: "ada@example.com" }');
  expect(await all()).toEqual({
    mailed: ['bob', 'early'],
    ada: [],
    sure: ['bob'],
    unsure: ['early'],
    silent: ['ada', 'eve'],
  });
  await seed(tenant, [item({ email: 'bob@example.com', external: '3' })]);
  const { changes } = expectNoErrors(
    await gql(tenant, '{ changes: segmentChanges { nodes { kind segment { key } cause } } }'),
  );
  expect(changes.nodes).toContainEqual({ kind: 'EXITED', segment: { key: 'ada' }, cause: 'INGEST' });
});

it.each([
  [{ namespace: 'none' }, 'NAMESPACE_UNKNOWN', 'namespace'],
  [{ namespace: 'none', value: 'x' }, 'NAMESPACE_UNKNOWN', 'namespace'],
  [{ namespace: 'email', value: 'nobody' }, 'IDENTIFIER_INVALID', 'value'],
])('a rule about the identifier %j is refused with its place', async (identifier, code, field) => {
  const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
  const { errors } = await gql(tenant, query, { rule: { all: [{ identifier }] } });
  expect(errors?.[0]?.extensions).toMatchObject({
    code,
    argumentPath: ['rule', 'all', '0', 'identifier', field],
  });
});

it('says in plain English what it asks', async () => {
  const rule = { identifier: { namespace: 'email', value: 'ADA@example.com', isVerified: true } };
  await createSegment(tenant, 'ada', rule);
  const { segment } = expectNoErrors(await gql(tenant, '{ segment(key: "ada") { summary } }'));
  expect(segment.summary).toBe(
    'People who have an identifier of the namespace email that is "ada@example.com" that is verified.',
  );
});
