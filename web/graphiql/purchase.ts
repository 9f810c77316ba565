import type { FetcherParams } from '@graphiql/toolkit';

const DOCUMENT = `mutation SomebodyBuys($segment: CreateSegmentInput!, $purchase: IngestInput!) {
  createSegment(input: $segment) {
    segment {
      key
    }
    userErrors {
      code
    }
  }
  ingest(input: $purchase) {
    results {
      status
      profileId
    }
  }
}
`;

/** The same segment as the demo's; once it is there, creating it again changes nothing. */
const RECENT_BUYERS = {
  key: 'recent-buyers',
  name: 'Recent buyers',
  rule: { event: { type: 'purchase', withinLast: { days: 30 } } },
};

/** Somebody who has never been here buys something, and so enters the segment of those who bought lately. */
export function purchaseOfSomebodyNew(): FetcherParams {
  const id = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36);
  const item = {
    externalId: `graphiql-${id}`,
    identifiers: [{ namespace: 'external', value: `visitor-${id}` }],
    type: 'purchase',
    properties: { total: 20, currency: 'EUR' },
  };
  return {
    query: DOCUMENT,
    operationName: 'SomebodyBuys',
    variables: { segment: RECENT_BUYERS, purchase: { items: [item] } },
  };
}
