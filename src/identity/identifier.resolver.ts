import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { OnefoldError, Scope, uuidOf } from '../platform/index.js';
import { withUserErrors } from '../platform/graphql/index.js';
import { profileRows } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { identifierName } from './identifier.js';
import type { Identifier } from './identifier.js';
import {
  HeldIdentifierInput,
  IdentifierPayload,
  LabelIdentifierInput,
  RemoveIdentifierInput,
  VerifyIdentifierInput,
} from './identifier.input.js';
import { holdersOf, identifiersOfProfiles, inOrder, withId } from './identifier.reads.js';
import { labelIdentifier } from './label-identifier.js';
import type { NamedIdentifier } from './lock-holder.js';
import { Merging } from './merging.js';
import { removeIdentifier } from './remove-identifier.js';
import { identifierById, showIdentifiers } from './shown-identifiers.resolver.js';
import { verifyIdentifier } from './verify-identifier.js';

@Resolver()
export class IdentifierResolver {
  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierPayload, {
    nullable: true,
    description:
      'Records that an identifier was verified as the person’s own, and how. Replaces what was recorded before.',
  })
  verifyIdentifier(
    @Arg('input', () => VerifyIdentifierInput, { description: 'Which identifier, how and when.' })
    { method, verifiedAt, ...asked }: VerifyIdentifierInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierPayload>> {
    return changing(asked, context, async (identifier) => {
      const now = context.clock.now();
      const merging = context.service(Merging);
      const how = { method, verifiedAt: verifiedAt ?? now, now, merging };
      return standing(await context.write((tx) => verifyIdentifier(tx, { ...identifier, ...how })), context);
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierPayload, {
    nullable: true,
    description:
      'Gives an identifier a label. Any other identifier of the same semantic type in the profile loses that label.',
  })
  labelIdentifier(
    @Arg('input', () => LabelIdentifierInput, { description: 'Which identifier, and the label.' })
    { label = null, ...asked }: LabelIdentifierInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierPayload>> {
    return changing(asked, context, async (identifier) => {
      const now = context.clock.now();
      const change = { ...identifier, label, now };
      return standing(await context.write((tx) => labelIdentifier(tx, change)), context);
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierPayload, {
    nullable: true,
    description:
      'Removes an identifier from the profile that holds it, unless it is the only one. Attributes and events that came with it stay.',
  })
  removeIdentifier(
    @Arg('input', () => RemoveIdentifierInput, { description: 'Which identifier.' })
    asked: RemoveIdentifierInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierPayload>> {
    return changing(asked, context, async (identifier) => {
      const now = context.clock.now();
      const { holder, removed } = await context.write((tx) =>
        removeIdentifier(tx, { ...identifier, now, merging: context.service(Merging) }),
      );
      const profile = await context.loaders.get(profileRows, context).load(holder.id);
      const row = withId(removed, context);
      const left = await context.loaders.get(identifiersOfProfiles, context).load(holder);
      const shown = (await showIdentifiers(inOrder([...left, row]), context))(row);
      return {
        profile: profile && new Profile({ shard: profile.shard, id: profile.id }),
        identifier: Object.assign(shown, { profile: null }),
      };
    });
  }
}

/** Works on the identifier that is meant. Where it was named by its id, refusals are about that. */
function changing(
  { id, namespace, value }: HeldIdentifierInput,
  context: RequestContext,
  work: (identifier: NamedIdentifier) => Promise<Partial<IdentifierPayload>>,
): Promise<Partial<IdentifierPayload>> {
  return withUserErrors(async () => {
    if (id == null && namespace != null && value != null) return work({ namespace, value });
    if (id == null || namespace != null || value != null)
      throw new OnefoldError('REQUIRED', { message: 'Give `id`, or else `namespace` and `value`.' });
    const uuid = uuidOf('identifier', id);
    const found = uuid && (await identifierById(uuid, context));
    if (!found) throw new OnefoldError('IDENTIFIER_UNKNOWN', { path: ['id'] });
    try {
      const { namespace: key, value: stored, recordedProfileId: side } = found.row;
      return await work({ namespace: key, value: stored, side });
    } catch (error) {
      const isAboutIt =
        error instanceof OnefoldError && ['namespace', 'value'].includes(String(error.inputPath[0]));
      throw isAboutIt ? new OnefoldError(error.code, { message: error.message, path: ['id'] }) : error;
    }
  });
}

async function standing(
  identifier: Identifier,
  context: RequestContext,
): Promise<Partial<IdentifierPayload>> {
  const [holder] = (await holdersOf(await context.reading(), { identifiers: [identifier] })).values();
  const held = holder ? await context.loaders.get(identifiersOfProfiles, context).load(holder) : [];
  const row = held.find((one) => identifierName(one) === identifierName(identifier));
  return {
    profile: holder ? new Profile(holder) : null,
    identifier: row ? (await showIdentifiers(held, context))(row) : null,
  };
}
