import { migrate } from '../../src/platform/index.js';
import { asAdmin, cloneDatabase, expectNoErrors, gql, startServer } from '../kit/index.js';

const MIGRATION = 'Migration20261130210000_definitions';

it('reads what older versions have kept as `help`, in attributes and in properties of contracts', async () => {
  const databaseUrl = await cloneDatabase();
  const server = await startServer({ databaseUrl });
  await asAdmin(databaseUrl, async (admin) => {
    const keep = (kind: string, key: string, body: object) =>
      admin.query(
        `insert into definition (workspace_id, kind, key, body, created_at, updated_at)
        values ($1, $2, $3, $4, now(), now())`,
        [server.workspaceId, kind, key, JSON.stringify(body)],
      );
    const attribute = { type: 'TEXT', isRequired: false, isPersonal: null, sources: [] };
    await keep('ATTRIBUTE', 'shirt', { ...attribute, label: 'Shirt', help: 'Its size.' });
    await keep('ATTRIBUTE', 'help', { ...attribute, label: null, allowedValues: ['help'] });
    const property = (key: string, rest: object) => ({ key, type: 'TEXT', label: null, ...rest });
    await keep('EVENT_TYPE', 'visit', {
      ...{ label: null, description: 'A visit.', version: 2 },
      properties: [
        property('page', { help: 'Where.' }),
        property('site', { help: null }),
        property('help', { description: 'As it is.' }),
      ],
    });
    await keep('EVENT_TYPE', 'empty', { label: null, description: null, version: 1, properties: [] });
    await keep('TAG', 'vip', { label: 'VIP', help: 'Not a field of tags.' });
    await admin.query('delete from mikro_orm_migrations where name = $1', [MIGRATION]);
  });
  expect(await migrate(databaseUrl)).toEqual([MIGRATION]);
  const query = `{
    shirt: attributeDefinition(key: "shirt") { label description }
    help: attributeDefinition(key: "help") { label description allowedValues }
    visit: eventType(key: "visit") { description version properties { key label description } }
    empty: eventType(key: "empty") { properties { key } }
    vip: tag(key: "vip") { label description } }`;
  expect(expectNoErrors(await gql(server, query))).toEqual({
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
    empty: { properties: [] },
    vip: { label: 'VIP', description: null },
  });
});
