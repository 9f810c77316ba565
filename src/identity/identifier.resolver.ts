import { Arg, Authorized, Ctx, Mutation, Resolver } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { Scope } from '../platform/index.js';
import { withUserErrors } from '../platform/graphql/index.js';
import { profileRows } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { identifierName } from './identifier.js';
import type { Identifier } from './identifier.js';
import {
  IdentifierPayload,
  LabelIdentifierInput,
  RemoveIdentifierInput,
  VerifyIdentifierInput,
} from './identifier.input.js';
import { holderOf, identifiersOf, toIdentifiers } from './profile-identifiers.resolver.js';
import { labelIdentifier } from './label-identifier.js';
import { Merging } from './merging.js';
import { removeIdentifier } from './remove-identifier.js';
import { verifyIdentifier } from './verify-identifier.js';

@Resolver()
export class IdentifierResolver {
  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierPayload, {
    description:
      'Notes that an identifier is the person’s own, and how that was made sure. Replaces what was noted before.',
  })
  verifyIdentifier(
    @Arg('input', () => VerifyIdentifierInput, { description: 'Which identifier, how and when.' })
    { namespace, value, method, verifiedAt }: VerifyIdentifierInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierPayload>> {
    return withUserErrors(async () => {
      const now = context.clock.now();
      const merging = context.service(Merging);
      await context.write((tx) =>
        verifyIdentifier(tx, { namespace, value, method, verifiedAt: verifiedAt ?? now, now, merging }),
      );
      return payloadOf({ namespace, value }, context);
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierPayload, {
    description:
      'Gives an identifier a label. Another one of its semantic type in the profile that bore it loses it.',
  })
  labelIdentifier(
    @Arg('input', () => LabelIdentifierInput, { description: 'Which identifier, and the label.' })
    { namespace, value, label = null }: LabelIdentifierInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierPayload>> {
    return withUserErrors(async () => {
      const now = context.clock.now();
      await context.write((tx) => labelIdentifier(tx, { namespace, value, label, now }));
      return payloadOf({ namespace, value }, context);
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierPayload, {
    description:
      'Takes an identifier from the profile that holds it, unless it is the only one. Attributes and events that came with it stay.',
  })
  removeIdentifier(
    @Arg('input', () => RemoveIdentifierInput, { description: 'Which identifier.' })
    { namespace, value }: RemoveIdentifierInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierPayload>> {
    return withUserErrors(async () => {
      const now = context.clock.now();
      const { holder, removed } = await context.write((tx) =>
        removeIdentifier(tx, { namespace, value, now, merging: context.service(Merging) }),
      );
      const profile = await context.loaders.get(profileRows, context).load(holder.id);
      const [identifier] = await toIdentifiers([removed], context);
      return { profile: profile && new Profile({ shard: profile.shard, id: profile.id }), identifier };
    });
  }
}

async function payloadOf(asked: Identifier, context: RequestContext): Promise<Partial<IdentifierPayload>> {
  const { profile, identifier } = await holderOf(asked, context);
  const held = profile ? await identifiersOf(profile, context) : [];
  const name = identifierName(identifier);
  return { profile, identifier: held.find(({ row }) => identifierName(row) === name) ?? null };
}
