import { createSegment, expectError, expectNoErrors, gql, newKey, startServer } from '../kit/index.js';

it('shows the name of whoever did something to every reader, and the rest of their key to those who manage keys', async () => {
  const server = await startServer();
  const maker = await newKey(server, ['READ', 'MANAGE'], { name: 'The maker' });
  await createSegment(server, 'everybody', { all: [] }, { key: maker });
  const query = (fields: string) =>
    `{ segment(key: "everybody") { createdBy { __typename name ... on ApiKey { id ${fields} } } } }`;
  const reader = await newKey(server, ['READ']);
  const actor = { __typename: 'ApiKey', name: 'The maker', id: expect.stringMatching(/^key_/) };
  expect(expectNoErrors(await gql(server, query(''), {}, { key: reader })).segment.createdBy).toEqual(actor);
  for (const field of ['scopes', 'source { key }', 'createdAt', 'expiresAt', 'revokedAt']) {
    const answer = await gql(server, query(field), {}, { key: reader });
    expect(expectError(answer, 'FORBIDDEN').extensions).toMatchObject({ scope: 'ADMIN' });
    expect(answer.data.segment.createdBy).toEqual({ ...actor, [field.split(' ')[0]!]: null });
  }
  const whole = await gql(server, query('scopes source { key } expiresAt'));
  expect(expectNoErrors(whole).segment.createdBy).toEqual({
    ...actor,
    ...{ scopes: ['READ', 'MANAGE'], source: { key: 'default' }, expiresAt: null },
  });
});
