import 'reflect-metadata';
import { isInputObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import type { PubSub } from 'type-graphql';
import { AccessResolver } from './access/access.resolver.js';
import type { RequestContext, Scope } from './access/index.js';
import { ProfileContactResolver } from './events/profile-contact.resolver.js';
import { ProfileLifecycleResolver } from './events/profile-lifecycle.resolver.js';
import { ChannelResolver, ProfileChannelsResolver } from './consent/profile-channels.resolver.js';
import { PurposeResolver } from './consent/purpose.resolver.js';
import { ProfileEventsResolver } from './events/profile-events.resolver.js';
import { EventType } from './events/event.type.js';
import { EventTypeResolver } from './events/event-type.resolver.js';
import { ConflictResolver } from './identity/conflict.resolver.js';
import { MergeResolver } from './identity/merge.resolver.js';
import { PreviewMergeResolver } from './identity/preview.resolver.js';
import { IdentifierResolver } from './identity/identifier.resolver.js';
import { NamespaceResolver } from './identity/namespace.resolver.js';
import { ProfileIdentifiersResolver } from './identity/profile-identifiers.resolver.js';
import { IngestResolver } from './ingest/ingest.resolver.js';
import { QuarantineResolver } from './ingest/quarantine/quarantine.resolver.js';
import { PreviewIdentityResolver } from './ingest/preview-identity.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { DateTime, inTurns } from './platform/graphql/index.js';
import { OnefoldError } from './platform/index.js';
import { AttributeResolver } from './profiles/attribute.resolver.js';
import { ProfileChangesResolver } from './profiles/profile-changes.resolver.js';
import {
  LabelDefinitionsResolver,
  TaxonomyResolver,
  TermResolver,
} from './profiles/labels/label-definitions.resolver.js';
import { FacetResolver, ProfileLabelsResolver } from './profiles/labels/profile-labels.resolver.js';
import { ProfileResolver } from './profiles/profile.resolver.js';
import { DerivedResolver } from './derived/derived.resolver.js';
import { ExplainResolver } from './segments/explain.resolver.js';
import { ProfileSegmentsResolver } from './segments/profile-segments.resolver.js';
import { ONE_OF_INPUTS } from './rules/rule-input.type.js';
import { SearchResolver } from './segments/search.resolver.js';
import { SegmentBuildResolver } from './segments/segment-build.resolver.js';
import { SegmentChangesResolver } from './segments/segment-changes.resolver.js';
import { SegmentComparisonResolver } from './segments/segment-comparison.resolver.js';
import { SegmentHistoryResolver } from './segments/segment-history.resolver.js';
import { SegmentMembersResolver } from './segments/segment-members.resolver.js';
import { SegmentResolver } from './segments/segment.resolver.js';
import { SegmentRulesResolver } from './segments/segment-rules.resolver.js';

/** Subscriptions read the change log themselves; TypeGraphQL asks for one of these all the same. */
const noPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('subscriptions are readers of the change log');
  },
};

/** TypeGraphQL makes the root types itself, and has no place for what they are. */
const ROOTS: Record<string, string> = {
  Query: 'Reads. Everything in one answer shows the same moment.',
  Mutation:
    'Writes. Each takes one `input`; when it is refused, nothing changes, and `userErrors` (for `ingest`, the `errors` of the item) say why. Several in one request run in order, independently of each other.',
  Subscription:
    'Live changes, over a WebSocket at the same path (`graphql-transport-ws`). docs/subscriptions.md describes the protocol.',
};

export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      AccessResolver,
      AttributeResolver,
      ChannelResolver,
      ConflictResolver,
      DerivedResolver,
      EventTypeResolver,
      ExplainResolver,
      FacetResolver,
      IdentifierResolver,
      IngestResolver,
      LabelDefinitionsResolver,
      MergeResolver,
      NamespaceResolver,
      NodeResolver,
      ProfileChangesResolver,
      PreviewIdentityResolver,
      PreviewMergeResolver,
      ProfileChannelsResolver,
      ProfileResolver,
      ProfileEventsResolver,
      ProfileIdentifiersResolver,
      ProfileLabelsResolver,
      ProfileContactResolver,
      ProfileLifecycleResolver,
      ProfileSegmentsResolver,
      PurposeResolver,
      QuarantineResolver,
      SearchResolver,
      SegmentResolver,
      SegmentRulesResolver,
      SegmentBuildResolver,
      SegmentChangesResolver,
      SegmentComparisonResolver,
      SegmentHistoryResolver,
      SegmentMembersResolver,
      TaxonomyResolver,
      TermResolver,
    ],
    orphanedTypes: [EventType],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    pubSub: noPubSub,
    validate: false,
    authChecker: ({ context }, scopes: Scope[]) => mayAsk(context as RequestContext, scopes),
  });
  for (const name of ONE_OF_INPUTS) {
    const type = schema.getType(name);
    if (!isInputObjectType(type)) throw new Error(`${name} is not an input type`);
    type.isOneOf = true;
  }
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    if (root) root.description = ROOTS[root.name];
  // Where it is looked at (introspection, GraphiQL, schema.graphql), things are found by their names.
  const sorted = lexicographicSortSchema(schema);
  inTurns(sorted, (context: RequestContext) => context.principal?.keyId ?? '');
  return sorted;
}

/** As it is committed in `schema.graphql`. */
export function printedSchema(): string {
  return `${printSchema(createSchema())}\n`;
}

/** Any one of the scopes is enough. @throws OnefoldError UNAUTHENTICATED, FORBIDDEN */
function mayAsk(context: RequestContext, scopes: readonly Scope[]): true {
  const [first] = scopes;
  if (!context.principal) throw new OnefoldError('UNAUTHENTICATED');
  if (first && !scopes.some((scope) => context.has(scope))) context.need(first);
  return true;
}
