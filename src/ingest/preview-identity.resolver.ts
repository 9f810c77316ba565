import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { checkCountry, MASK, OnefoldError, Refusals, Scope } from '../platform/index.js';
import { checkSought, namespaces, previewIdentity } from '../identity/index.js';
import type { Identifier, IdentityPreviewed } from '../identity/index.js';
import { IdentifierFate, IdentityOutcome, IdentityPreview } from '../identity/preview.type.js';
import { Profile } from '../profiles/profile.type.js';
import { IdentifierInput } from './ingest.type.js';
import { parseIdentifiers } from './parse-identifiers.js';

@Resolver()
export class PreviewIdentityResolver {
  @Authorized(Scope.READ)
  @Query(() => IdentityPreview, {
    description:
      'What an item with these identifiers would do to who is who, and why. Nothing is done. With an identifier of a personal namespace (e-mail, phone) it needs READ_PII as well.',
  })
  async previewIdentity(
    @Arg('identifiers', () => [IdentifierInput], { description: '1 to 20, as in an item.' })
    raw: IdentifierInput[],
    @Arg('defaultCountry', () => String, {
      nullable: true,
      description:
        'As in an item: where phone numbers without a country code belong. Null = they are refused.',
    })
    defaultCountry: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<IdentityPreview> {
    const tx = await context.reading();
    const known = await namespaces.read(tx);
    const { seesPersonal } = context;
    for (const [index, { namespace }] of raw.entries())
      checkSought(known, namespace, { seesPersonal, path: ['identifiers', index, 'namespace'] });
    const parsed = parseIdentifiers(known, raw, { country: checkCountry(defaultCountry) });
    const faults: OnefoldError[] = [];
    const identifiers: Identifier[] = [];
    for (const one of parsed)
      if (one instanceof OnefoldError) faults.push(one);
      else identifiers.push(one);
    if (faults.length > 0) throw new Refusals(faults);
    return toPreview(await previewIdentity(tx, { namespaces: known, identifiers }), seesPersonal);
  }
}

function toPreview(
  { outcome, profiles, survivor, identifiers, reasons }: IdentityPreviewed,
  seesPersonal: boolean,
): IdentityPreview {
  return {
    outcome: IdentityOutcome[outcome],
    profiles: profiles.map((profile) => new Profile(profile)),
    survivor: survivor && new Profile(survivor),
    identifiers: identifiers.map(({ identifier, fate, heldBy, reason }) => ({
      namespace: identifier.namespace,
      value: seesPersonal ? identifier.value : MASK,
      fate: IdentifierFate[fate],
      heldBy: heldBy && new Profile(heldBy),
      reason,
    })),
    reasons,
  };
}
