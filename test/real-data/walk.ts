import type { ResultOf, TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import type { Client } from '../../src/client/index.js';

interface Page<Node> {
  nodes: Node[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

type Customer = { identifiers: { nodes: { value: string }[] } };
type CustomerWithEvents = Customer & { events: Page<{ type: string; properties: { dollars: number } }> };

const CUSTOMERS = parse(`query ($after: String, $first: Int!) {
  profiles(first: $first, after: $after, orderBy: { field: CREATED_AT }) {
    totalCount
    nodes { identifiers { nodes { value } } events(first: 250) { nodes { type properties } pageInfo { hasNextPage } } }
    pageInfo { endCursor hasNextPage }
  }
}`) as TypedDocumentNode<
  { profiles: Page<CustomerWithEvents> & { totalCount: number } },
  { after: string | null; first: number }
>;

const MEMBERS = parse(`query ($key: String!, $after: String) {
  segment(key: $key) {
    state
    size
    members(first: 500, after: $after) { nodes { identifiers { nodes { value } } } pageInfo { endCursor hasNextPage } }
  }
}`) as TypedDocumentNode<
  { segment: { state: string; size: number; members: Page<Customer> } },
  { key: string; after: string | null }
>;

/** All profiles with all their events, through the API, page by page. */
export async function walkCustomers(
  client: Client,
): Promise<{ total: number; profiles: number; events: number; cents: number }> {
  const seen = new Set<string>();
  const sums = { total: 0, profiles: 0, events: 0, cents: 0 };
  for (let after: string | null = null, more = true; more;) {
    const { profiles }: ResultOf<typeof CUSTOMERS> = await client.execute(CUSTOMERS, { after, first: 200 });
    for (const { identifiers, events } of profiles.nodes) {
      seen.add(identifiers.nodes.map(({ value }) => value).join());
      expect(events.pageInfo.hasNextPage).toBe(false);
      sums.events += events.nodes.length;
      for (const { properties } of events.nodes) sums.cents += Math.round(properties.dollars * 100);
    }
    sums.total = profiles.totalCount;
    ({ endCursor: after, hasNextPage: more } = profiles.pageInfo);
  }
  return { ...sums, profiles: seen.size };
}

/** The customers in a segment, through the API. */
export async function walkMembers(client: Client, key: string): Promise<string[]> {
  const members: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { segment }: ResultOf<typeof MEMBERS> = await client.execute(MEMBERS, { key, after });
    expect(segment.state).toBe('LIVE');
    members.push(...segment.members.nodes.map(({ identifiers }) => identifiers.nodes[0]?.value ?? ''));
    ({ endCursor: after, hasNextPage: more } = segment.members.pageInfo);
    if (!more) expect(segment.size).toBe(members.length);
  }
  return members.sort();
}
