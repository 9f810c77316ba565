import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { namespaces, previewIdentity, shownValue } from '../identity/index.js';
import type { IdentityPreviewed, Namespaces } from '../identity/index.js';
import { IdentifierFate, IdentityOutcome, IdentityPreview } from '../identity/preview.type.js';
import { Profile } from '../profiles/profile.type.js';
import { IdentifierInput } from './ingest.type.js';
import { parseIdentifiers } from './parse-identifiers.js';

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
    const tx = await context.reading();
    const known = await namespaces.read(tx);
    const identifiers = parseIdentifiers(known, raw);
    return toPreview(await previewIdentity(tx, { namespaces: known, identifiers }), known, context);
  }
}

function toPreview(
  { outcome, profiles, survivor, identifiers, reasons }: IdentityPreviewed,
  known: Namespaces,
  context: RequestContext,
): IdentityPreview {
  return {
    outcome: IdentityOutcome[outcome],
    profiles: profiles.map((profile) => new Profile(profile)),
    survivor: survivor && new Profile(survivor),
    identifiers: identifiers.map(({ identifier, fate, heldBy, reason }) => ({
      namespace: identifier.namespace,
      value: shownValue(identifier, known, context),
      fate: IdentifierFate[fate],
      heldBy: heldBy && new Profile(heldBy),
      reason,
    })),
    reasons,
  };
}
