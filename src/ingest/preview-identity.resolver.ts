import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { NAMESPACES, previewIdentity, shownValue } from '../identity/index.js';
import type { IdentityPreviewed } from '../identity/index.js';
import { IdentifierFate, IdentityOutcome, IdentityPreview } from '../identity/preview.type.js';
import { Profile } from '../profiles/profile.type.js';
import { IdentifierInput } from './ingest.type.js';
import { parseItem } from './parse-item.js';

@Resolver()
export class PreviewIdentityResolver {
  @Authorized(Scope.READ)
  @Query(() => IdentityPreview, {
    description: 'What an item with these identifiers would do to who is who, and why. Nothing is done.',
  })
  async previewIdentity(
    @Arg('identifiers', () => [IdentifierInput], { description: '1 to 20, as in an item.' })
    raw: IdentifierInput[],
    @Ctx() context: RequestContext,
  ): Promise<IdentityPreview> {
    const now = context.clock.now();
    const item = { externalId: 'preview', identifiers: raw };
    const { identifiers } = parseItem(item, { sourceId: context.viewer.sourceId, now });
    const preview = await previewIdentity(await context.reading(), {
      namespaces: NAMESPACES,
      identifiers,
      now,
    });
    return toPreview(preview, context);
  }
}

function toPreview(
  { outcome, profiles, survivor, identifiers, reasons }: IdentityPreviewed,
  context: RequestContext,
): IdentityPreview {
  return {
    outcome: IdentityOutcome[outcome],
    profiles: profiles.map((profile) => new Profile(profile)),
    survivor: survivor && new Profile(survivor),
    identifiers: identifiers.map(({ identifier, fate, heldBy, reason }) => ({
      namespace: identifier.namespace,
      value: shownValue(identifier, context),
      fate: IdentifierFate[fate],
      heldBy: heldBy && new Profile(heldBy),
      reason,
    })),
    reasons,
  };
}
