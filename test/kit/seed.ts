import { expectNoErrors, gql } from './graphql.js';
import type { Asking } from './graphql.js';
import type { TestServer } from './start-server.js';

export interface ItemInput {
  externalId: string;
  identifiers: { namespace: string; value: string }[];
  occurredAt?: string | null;
  type?: string | null;
  properties?: unknown;
  attributes?: unknown;
  channels?: ChannelInput[] | null;
  tags?: TagsInput | null;
}

export interface TagsInput {
  add?: string[];
  remove?: string[];
  addTerms?: { taxonomy: string; term: string }[];
  removeTerms?: { taxonomy: string; term: string }[];
  adopt?: string[];
  drop?: string[];
}

export interface ChannelInput {
  type: string;
  endpoint: string;
  isActive?: boolean | null;
  isReachable?: boolean | null;
  verified?: { by: string; at?: string } | null;
  replaces?: string | null;
  consents?: {
    state: string;
    purpose?: string;
    at?: string;
    expiresAt?: string;
    legalBasis?: string;
    evidence?: unknown;
  }[];
}

export interface IngestResult {
  status: 'ACCEPTED' | 'DUPLICATE' | 'CONFLICT' | 'REJECTED';
  /** Null when it has none that can be used. */
  externalId: string | null;
  eventId: string | null;
  profileId: string | null;
  errors: { code: string; message: string; path: string[] }[];
  warnings: { code: string; message: string; path: string[] }[];
}

const INGEST = `mutation ($input: IngestInput!) { ingest(input: $input) {
  accepted duplicates conflicts rejected
  results { status externalId eventId profileId errors { code message path } warnings { code message path } } } }`;

const BATCH = 500;
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 10;

let made = 0;

/** An item that nobody else has: identifiers by namespace, and the rest of it. */
export function item(
  identifiers: Record<string, string>,
  rest: Partial<Omit<ItemInput, 'identifiers'>> = {},
): ItemInput {
  return {
    externalId: `item-${(made += 1)}`,
    identifiers: Object.entries(identifiers).map(([namespace, value]) => ({ namespace, value })),
    ...rest,
  };
}

/** An item that tells an event. */
export function event(
  identifiers: Record<string, string>,
  type: string,
  properties: Record<string, unknown> = {},
  rest: Partial<ItemInput> = {},
): ItemInput {
  return item(identifiers, { type, properties, ...rest });
}

/** Sends one batch as it is. @returns the answer to each item, in order */
export async function ingest(
  server: TestServer,
  items: readonly ItemInput[],
  asking: Asking = {},
): Promise<IngestResult[]> {
  const { ingest: payload } = expectNoErrors(await gql(server, INGEST, { input: { items } }, asking));
  const count = (status: string) =>
    payload.results.filter((result: IngestResult) => result.status === status).length;
  expect(payload).toMatchObject({
    accepted: count('ACCEPTED'),
    duplicates: count('DUPLICATE'),
    conflicts: count('CONFLICT'),
    rejected: count('REJECTED'),
  });
  return payload.results;
}

/** Sends items, in as many batches as it takes; all of them must be accepted. @returns the profile of each */
export async function seed(
  server: TestServer,
  items: readonly ItemInput[],
  asking: Asking = {},
): Promise<string[]> {
  const profiles: string[] = [];
  for (let start = 0; start < items.length; start += BATCH) {
    for (const result of await ingest(server, items.slice(start, start + BATCH), asking)) {
      expect(result).toMatchObject({ status: 'ACCEPTED', errors: [], warnings: [] });
      profiles.push(result.profileId ?? '');
    }
  }
  return profiles;
}

/** Saves a rule under a key and waits until its build is done. @returns the segment's id */
export async function createSegment(
  server: TestServer,
  key: string,
  rule: unknown,
  asking: Asking = {},
): Promise<string> {
  const data = expectNoErrors(
    await gql(
      server,
      `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } userErrors { code message path } } }`,
      { input: { key, name: key, rule } },
      asking,
    ),
  );
  expect(data.createSegment.userErrors).toEqual([]);
  await untilLive(server, key, asking);
  return data.createSegment.segment.id;
}

/** Defines a kind of identifier; what `input` does not say is as its semantic type says. */
export async function defineNamespace(
  server: TestServer,
  input: { key: string; semanticType: string } & Record<string, unknown>,
  asking: Asking = {},
): Promise<void> {
  const { defineIdentifierNamespace } = expectNoErrors(
    await gql(
      server,
      `mutation ($input: DefineIdentifierNamespaceInput!) { defineIdentifierNamespace(input: $input) { userErrors { code message path } } }`,
      { input },
      asking,
    ),
  );
  expect(defineIdentifierNamespace.userErrors).toEqual([]);
}

/** Defines the contract of a type of event. */
export async function defineEventType(
  server: TestServer,
  input: { key: string } & Record<string, unknown>,
  asking: Asking = {},
): Promise<void> {
  const { defineEventType: payload } = expectNoErrors(
    await gql(
      server,
      `mutation ($input: DefineEventTypeInput!) { defineEventType(input: $input) { userErrors { code message path } } }`,
      { input },
      asking,
    ),
  );
  expect(payload.userErrors).toEqual([]);
}

export async function untilLive(server: TestServer, key: string, asking: Asking = {}): Promise<void> {
  await eventually(`the segment ${key} is live`, async () => {
    const answer = await gql(
      server,
      `query ($key: String!) { segment(key: $key) { state } }`,
      { key },
      asking,
    );
    return expectNoErrors(answer).segment.state === 'LIVE';
  });
}

/** For what no signal tells of: asks again and again, within bounds, until the answer is yes. */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It never came about that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
