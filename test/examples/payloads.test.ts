import { readFile } from 'node:fs/promises';
import { createClient, fromJson } from '../../src/client/index.js';
import type { IngestItemInput } from '../../src/client/index.js';
import { expectNoErrors, gql, newKey, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

type Mapping = (payload: unknown) => IngestItemInput;

let page: string;
let server: TestServer;

/** The block of the page that has this language and name. */
function block(language: string, name: string): string {
  const [, text] = new RegExp(`^\`\`\`${language} ${name}\n([^]*?)^\`\`\``, 'm').exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/payloads.md has no ${language} block ${name}`);
  return text;
}

function mappingOf(source: string, name: string): Mapping {
  // What the page says is what runs.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  return new Function(`${block('js', source)}; return ${name};`)() as Mapping;
}

/** Sends what the page's mapping makes of the page's payload. @returns the answer to the item */
async function arrive(source: string, name: string, payload: string) {
  const client = createClient({
    url: server.graphqlUrl,
    apiKey: await newKey(server, ['INGEST'], { source }),
  });
  const item = mappingOf(source, name)(fromJson(block('json', payload)));
  const { results } = await client.ingest([item]);
  return results[0];
}

async function personAt(namespace: string, value: string) {
  const answer = await gql(
    server,
    `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) {
      name email phone lifecycle
      identifiers { nodes { namespace: namespaceKey value } }
      attributes { key value }
      channels { nodes { type endpoint consents { purpose: purposeKey state at } } }
      derived(keys: ["total_spend", "purchase_count"]) { key value }
      events(first: 10) { nodes { type occurredAt properties } } } }`,
    { namespace, value },
  );
  const { identifiers, attributes, derived, ...person } = expectNoErrors(answer).profileByIdentifier;
  const byKey = (rows: { key: string; value: unknown }[]) =>
    Object.fromEntries(rows.map(({ key, value: of }) => [key, of]));
  return {
    ...person,
    identifiers: identifiers.nodes
      .map((one: { namespace: string; value: string }) => `${one.namespace}:${one.value}`)
      .sort(),
    attributes: byKey(attributes),
    derived: byKey(derived),
  };
}

beforeAll(async () => {
  page = await readFile('docs/payloads.md', 'utf8');
  server = await startServer();
  const made = expectNoErrors(await gql(server, block('graphql', 'setup')));
  expect(Object.values(made)).toEqual(Object.keys(made).map(() => ({ userErrors: [] })));
});

it('takes what Segment sends: an identify, and an order of the same person', async () => {
  expect(await arrive('segment', 'fromSegment', 'segment-identify')).toMatchObject({
    status: 'ACCEPTED',
    errors: [],
    warnings: [],
  });
  expect(await arrive('segment', 'fromSegment', 'segment-order')).toMatchObject({
    status: 'ACCEPTED',
    errors: [],
    // Without traits there is neither an address nor a number.
    warnings: [
      { code: 'REQUIRED', path: ['input', 'items', '0', 'identifiers', '2', 'value'] },
      { code: 'REQUIRED', path: ['input', 'items', '0', 'identifiers', '3', 'value'] },
    ],
  });
  const nora = await personAt('external', '97980cfea0067');
  expect(nora).toMatchObject({
    name: 'Nora Quist',
    email: 'nora.quist@example.org',
    phone: '+4520123456',
    lifecycle: 'CUSTOMER',
    identifiers: [
      'device:507f191e-810c-4972-9de8-60ea7a1e0c11',
      'email:nora.quist@example.org',
      'external:97980cfea0067',
      'phone:+4520123456',
    ],
    attributes: {
      birthDate: '1988-02-29',
      loyaltyRegistrationDate: '2024-01-05T09:00:00.000Z',
      address: { city: 'Aarhus', postalCode: '8000' },
      logins: 5,
    },
    derived: { total_spend: null, purchase_count: 1 },
  });
  expect(nora.events.nodes).toEqual([
    {
      type: 'purchase',
      occurredAt: '2026-11-20T09:40:00.001Z',
      properties: expect.objectContaining({ total: 27.5, currency: 'EUR' }),
    },
  ]);
});

it('takes what Shopify sends: an order with ids beyond 2^53, a local number and a consent', async () => {
  expect(await arrive('shopify', 'fromShopify', 'shopify-order')).toMatchObject({
    status: 'ACCEPTED',
    errors: [],
    warnings: [],
  });
  expect(await personAt('shopify', '115310627314723954')).toMatchObject({
    name: 'Jon Snowdon',
    email: 'jon@example.com',
    phone: '+16135550142',
    attributes: { city: 'Ottawa' },
    channels: {
      nodes: [
        {
          type: 'EMAIL',
          endpoint: 'jon@example.com',
          consents: [{ state: 'GRANTED', at: '2026-11-02T13:00:00.000Z' }],
        },
      ],
    },
    derived: { total_spend: 403, purchase_count: 1 },
    events: { nodes: [{ type: 'purchase', occurredAt: '2026-11-20T18:05:11.000Z' }] },
  });
  const answer = await fetch(server.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify({
      query:
        '{ profileByIdentifier(namespace: "shopify", value: "115310627314723954") { events { nodes { properties } } } }',
    }),
  });
  const text = await answer.text();
  expect(text).toMatch(/"orderId":820982911946154508\b/);
  expect(text).toMatch(/"id":866550311766439020\b/);
});

it('takes what Stripe sends: a subscription of somebody known, with instants as seconds', async () => {
  expect(await arrive('stripe', 'fromStripe', 'stripe-subscription')).toMatchObject({
    status: 'ACCEPTED',
    errors: [],
    warnings: [],
  });
  const person = await personAt('stripe', 'cus_Na6dX7aXxi11N4');
  expect(person).toMatchObject({
    attributes: { subscriptionPlan: 'Pro', renewalDate: '2025-12-20T09:13:20.000Z' },
  });
  expect(person.identifiers).toEqual(
    expect.arrayContaining(['external:97980cfea0067', 'stripe:cus_Na6dX7aXxi11N4']),
  );
  expect(person.events.nodes).toContainEqual({
    type: 'customer.subscription.updated',
    occurredAt: '2025-11-20T09:13:20.000Z',
    properties: { status: 'active', price: 49, currency: 'eur' },
  });
});
