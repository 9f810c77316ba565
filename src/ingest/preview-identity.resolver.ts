import { Arg, Authorized, Ctx, Query, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { checkCountry, MASK, OnefoldError, Refusals, Scope } from '../platform/index.js';
import type { Standing } from '../definitions/index.js';
import { checkSought, namespaces, previewIdentity } from '../identity/index.js';
import type { Identifier, IdentityPreviewed, Namespace } from '../identity/index.js';
import { NamespaceType } from '../identity/namespace.type.js';
import { IdentifierFate, IdentityOutcome, IdentityPreview } from '../identity/preview.type.js';
import { Profile } from '../profiles/profile.type.js';
import { IdentifierInput } from './ingest.type.js';
import { parseIdentifiers } from './parse-identifiers.js';

@Resolver()
export class PreviewIdentityResolver {
  @Authorized(Scope.READ)
  @Query(() => IdentityPreview, {
    nullable: true,
    description:
      'Which profile an item with these identifiers would belong to, and why. Nothing is done. An identifier of a personal namespace (e-mail, phone) also needs READ_PII.',
  })
  async previewIdentity(
    @Arg('identifiers', () => [IdentifierInput], { description: '1 to 20 identifiers, as in an item.' })
    raw: IdentifierInput[],
    @Arg('defaultCountry', () => String, {
      nullable: true,
      description:
        'The country of phone numbers without a country code, as in an item: two letters of ISO 3166-1. Null = such numbers are refused.',
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
    const previewed = await previewIdentity(tx, { namespaces: known, identifiers });
    return toPreview(previewed, { known, seesPersonal });
  }
}

function toPreview(
  { outcome, profiles, survivor, identifiers, reasons }: IdentityPreviewed,
  { known, seesPersonal }: { known: ReadonlyMap<string, Standing<Namespace>>; seesPersonal: boolean },
): IdentityPreview {
  return {
    outcome: IdentityOutcome[outcome],
    profiles: profiles.map((profile) => new Profile(profile)),
    survivor: survivor && new Profile(survivor),
    identifiers: identifiers.map(({ identifier, fate, heldBy, reason }) => ({
      namespace: new NamespaceType(known.get(identifier.namespace) as Standing<Namespace>),
      namespaceKey: identifier.namespace,
      value: seesPersonal ? identifier.value : MASK,
      isMasked: !seesPersonal,
      fate: IdentifierFate[fate],
      heldBy: heldBy && new Profile(heldBy),
      reason,
    })),
    reasons,
  };
}
