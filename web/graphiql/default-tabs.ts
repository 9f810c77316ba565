export interface DefaultTab {
  query: string;
  variables?: string;
}

// GraphiQL names a tab after its operation, so the operation names are the titles.

const customer360 = `# Customer 360: everything known about one person,
# found by any of their identifiers.
#
# Execute: Ctrl+Enter. Auto-complete: Ctrl+Space.
# The book icon on the left explains the schema.
#
# The answer is null? Nobody has sent this person
# yet: execute the tab "Ingest" first.
query Customer360 {
  profileByIdentifier(namespace: "external", value: "demo-1") {
    id
    name
    email
    phone
    lifecycle
    attributes {
      key
      value
      source {
        key
      }
      setAt
    }
    identifiers { nodes {
      namespaceKey
      value
    } }
    channels { nodes {
      type
      endpoint
      consents {
        purposeKey
        state
      }
    } }
    derived(keys: ["total_spend", "last_seen_at"]) {
      key
      value
    }
    events(first: 5) {
      nodes {
        id
        type
        occurredAt
        properties
      }
    }
    segments { nodes {
      segment {
        key
        name
      }
      enteredAt
    } }
    segmentHistory(first: 5) {
      nodes {
        kind
        at
        segment {
          key
        }
      }
    }
  }
}
`;

const ingest = `# Ingest: send what happened, and to whom.
#
# The items are under "Variables" below. Identifiers
# find the person, or create one. An item may carry
# an event (type, properties), facts about the person
# (attributes), or both.
#
# externalId makes a retry safe: the same item again
# is a DUPLICATE and changes nothing. A new purchase
# needs a new externalId.
mutation Ingest($input: IngestInput!) {
  ingest(input: $input) {
    accepted
    duplicates
    conflicts
    rejected
    results {
      status
      externalId
      eventId
      profileId
      errors {
        code
        message
        path
      }
    }
  }
}
`;

const ingestVariables = {
  input: {
    items: [
      {
        externalId: 'order-1001',
        identifiers: [
          { namespace: 'external', value: 'demo-1' },
          { namespace: 'email', value: 'ada.lovelace.demo-1@example.com' },
        ],
        type: 'purchase',
        properties: { total: 120.5, currency: 'EUR' },
        attributes: { firstName: 'Ada', city: 'London' },
        channels: [
          { type: 'EMAIL', endpoint: 'ada.lovelace.demo-1@example.com', consents: [{ state: 'GRANTED' }] },
        ],
      },
    ],
  },
};

const liveSegment = `# Live segment: hear at once who enters or leaves.
#
# 1. Execute. It waits.
# 2. Press the shopping cart: somebody new buys
#    something, enters the segment "recent-buyers"
#    (created if need be), and is shown here.
#
# It hears of every segment. To hear of some:
#   segmentChanges(segments: ["recent-buyers"])
subscription LiveSegment {
  segmentChanges {
    cursor
    kind
    at
    cause
    segment {
      key
      name
    }
    profile {
      id
    }
  }
}
`;

/** What a first visit opens: look, send, watch. Later visits open what the browser kept. */
export const defaultTabs: DefaultTab[] = [
  { query: customer360 },
  { query: ingest, variables: JSON.stringify(ingestVariables, null, 2) },
  { query: liveSegment },
];
