import { asAdmin, expectNoErrors, gql, newTenant, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let tenant: TestServer;

beforeEach(async () => {
  const server = await startServer();
  tenant = { ...server, ...(await newTenant(server)) };
  const property = (key: string, rest: object) => ({ key, type: 'TEXT', label: null, ...rest });
  const attribute = { type: 'TEXT', isRequired: false, isPersonal: null, sources: [] };
  await keep('ATTRIBUTE', 'shirt', { ...attribute, label: 'Shirt', help: 'Its size.' });
  await keep('ATTRIBUTE', 'help', { ...attribute, label: null, allowedValues: ['help'] });
  await keep('EVENT_TYPE', 'visit', {
    ...{ label: null, description: 'A visit.', version: 2 },
    properties: [
      property('page', { help: 'Where.' }),
      property('site', { help: null }),
      property('help', { description: 'As it is.' }),
    ],
  });
  await keep('TAG', 'vip', { label: 'VIP', help: 'Not a field of tags.' });
});

async function keep(kind: string, key: string, body: object): Promise<void> {
  await asAdmin(tenant.databaseUrl, async (admin) => {
    await admin.query(
      `insert into definition (workspace_id, kind, key, body, created_at, updated_at)
      values ($1, $2, $3, $4, now(), now())`,
      [tenant.workspaceId, kind, key, JSON.stringify(body)],
    );
  });
}

async function standing() {
  const query = `{
    shirt: attributeDefinition(key: "shirt") { label description }
    help: attributeDefinition(key: "help") { label description allowedValues }
    visit: eventType(key: "visit") { description version properties { key label description } }
    vip: tag(key: "vip") { label description } }`;
  return expectNoErrors(await gql(tenant, query));
}

const OLDER = {
  shirt: { label: 'Shirt', description: 'Its size.' },
  help: { label: 'help', description: null, allowedValues: ['help'] },
  visit: {
    ...{ description: 'A visit.', version: 2 },
    properties: [
      { key: 'page', label: 'page', description: 'Where.' },
      { key: 'site', label: 'site', description: null },
      { key: 'help', label: 'help', description: 'As it is.' },
    ],
  },
  vip: { label: 'VIP', description: null },
};

it('reads what servers of an older version keep as `help`, in attributes and in properties of event types', async () => {
  expect(await standing()).toEqual(OLDER);
});

it('keeps the description of what is changed, and clears it where that is asked', async () => {
  const change = `mutation {
    updateAttribute(input: { key: "shirt", description: null }) { userErrors { code } }
    updateEventType(input: { key: "visit", label: "Visit" }) { userErrors { code } } }`;
  expect(expectNoErrors(await gql(tenant, change))).toEqual({
    updateAttribute: { userErrors: [] },
    updateEventType: { userErrors: [] },
  });
  expect(await standing()).toEqual({ ...OLDER, shirt: { label: 'Shirt', description: null } });
});
