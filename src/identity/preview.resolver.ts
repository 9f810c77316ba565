import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { RequestContext, sources } from '../access/index.js';
import type { Standing } from '../definitions/index.js';
import { Scope } from '../platform/index.js';
import type { Source } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { inInput } from '../platform/graphql/index.js';
import { attributeDefinitions, maskingFor } from '../profiles/index.js';
import type { AttributeDefinition, Masking, RankedFact } from '../profiles/index.js';
import { AttributeDefinitionType } from '../profiles/attribute-definition.type.js';
import { Profile } from '../profiles/profile.type.js';
import { MergeProfilesInput } from './merge.input.js';
import { Merging } from './merging.js';
import { namespaces } from './namespace-catalogue.js';
import { NamespaceType } from './namespace.type.js';
import type { Namespace } from './namespaces.js';
import { parseMerge } from './parse-merge.js';
import { previewMerge } from './preview-merge.js';
import type { MergePlan } from './preview-merge.js';
import { MergePreview } from './preview.type.js';
import type { PreviewedFact } from './preview.type.js';

@Resolver()
export class PreviewMergeResolver {
  @Authorized(Scope.READ)
  @Query(() => MergePreview, {
    nullable: true,
    description: 'What `mergeProfiles` with this input would do. Nothing is done.',
  })
  async previewMerge(
    @Arg('input', () => MergeProfilesInput, { description: 'Which profiles.' }) input: MergeProfilesInput,
    @Ctx() context: RequestContext,
  ): Promise<MergePreview> {
    const tx = await context.reading();
    const known = await namespaces.read(tx);
    const merging = context.service(Merging);
    const plan = await inInput(() => previewMerge(tx, { ...parseMerge(input), namespaces: known, merging }));
    return toMergePreview(plan, {
      sources: await sources.read(tx),
      namespaces: known,
      definitions: await attributeDefinitions.read(tx),
      masked: await maskingFor(context),
    });
  }
}

interface Showing {
  sources: ReadonlyMap<string, Source>;
  namespaces: ReadonlyMap<string, Standing<Namespace>>;
  definitions: ReadonlyMap<string, Standing<AttributeDefinition>>;
  masked: Masking;
}

function toMergePreview(plan: MergePlan, showing: Showing): MergePreview {
  return {
    survivor: new Profile(plan.survivor),
    survivorReason: plan.survivorReason,
    merges: plan.merges.map(({ absorbed, moved }) => ({
      absorbed: new Profile(absorbed),
      moved: Object.entries(moved).map(([kind, count]) => ({ kind, count })),
    })),
    attributes: plan.attributes.map(({ key, stands, reason, givesWay }) => {
      const definition = showing.definitions.get(key);
      return {
        key,
        definition: definition ? new AttributeDefinitionType(definition) : null,
        stands: toFact(key, { ...stands, reason }, showing),
        givesWay: givesWay.map(({ fact, reason: why }) => toFact(key, { ...fact, reason: why }, showing)),
      };
    }),
    exceededLimits: plan.exceeded.flatMap(({ namespaceKey, count, limit }) => {
      const namespace = showing.namespaces.get(namespaceKey);
      return namespace ? [{ namespace: new NamespaceType(namespace), namespaceKey, count, limit }] : [];
    }),
  };
}

function toFact(
  key: string,
  { profile, value, at, sourceId, reason }: RankedFact & { reason: string },
  { sources: known, masked }: Showing,
): PreviewedFact {
  const source = known.get(sourceId);
  return {
    profile: new Profile(profile),
    ...masked(key, value),
    source: SourceType.of(source),
    setAt: at,
    reason,
  };
}
