import { addressesOf } from '../../src/ingest/addresses-of.js';
import { startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

async function isIn(text: string): Promise<boolean> {
  const identifiers = [
    { namespace: 'external', value: 'order-7@shop.example' },
    { namespace: 'email', value: 'smith@example.com' },
    { namespace: 'email', value: 'x@a.co' },
    { namespace: 'email', value: "o'brien+news@example.com" },
    { namespace: 'phone', value: '+32470123456' },
  ];
  const { areIn } = await server.database.transaction(server.workspaceId, (tx) =>
    addressesOf(tx, { profiles: [], identifiers }),
  );
  return areIn(text);
}

it.each([
  'smith@example.com',
  'Write to SMITH@Example.com.',
  'signup:smith@example.com-17',
  '<smith@example.com>,',
  "'smith@example.com'",
  'https://shop.example/?email=smith@example.com&page=2',
  '/people/smith@example.com/orders',
  'first line\nsmith@example.com\tlast',
  'john.smith@example.com and smith@example.com',
  'smith@example.com.au or smith@example.com',
  'mailto:x@a.co?subject=Hello',
  "O'Brien+News@example.com",
  'tel:+32470123456',
  '+32470123456@sms.example',
])('an address is found in %j', async (text) => {
  expect(await isIn(text)).toBe(true);
});

it.each([
  'john.smith@example.com',
  'john-smith@example.com',
  'john_smith@example.com',
  'john+smith@example.com',
  'johnsmith@example.com',
  "o'smith@example.com",
  'élsmith@example.com',
  'smith@example.com.au',
  'smith@example.community',
  'x@a.co-op.org',
  'x@a.co-op.a-b.org',
  'brien+news@example.com',
  'smith@example,com',
  '+324701234567',
  '1+32470123456',
  '+32470123456;ext=12',
  '32470123456',
  'order-7@shop.example',
  '',
])('the address of somebody else is not taken for one in %j', async (text) => {
  expect(await isIn(text)).toBe(false);
});
