import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { changeDefinitions } from '../definitions/index.js';
import { withUserErrors } from '../platform/graphql/index.js';
import {
  DefinePurposeInput,
  DeletePurposeInput,
  PurposePayload,
  PurposeType,
  UpdatePurposeInput,
} from './consent.type.js';
import { definePurpose } from './define-purpose.js';
import { purposes } from './purposes.js';
import { updatePurpose } from './update-purpose.js';

@Resolver()
export class PurposeResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [PurposeType], { description: 'All purposes, by key in alphabetical order: at most 100.' })
  async purposes(@Ctx() context: RequestContext): Promise<PurposeType[]> {
    const all = await purposes.read(await context.reading());
    return [...all.values()].map((standing) => new PurposeType(standing));
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => PurposePayload, { description: 'Adds a purpose: items may tell of consent for it.' })
  definePurpose(
    @Arg('input', () => DefinePurposeInput, { description: 'The new purpose.' })
    { key, label, description }: DefinePurposeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<PurposePayload>> {
    return withUserErrors(async () => {
      const definition = { key, label, description: description ?? null };
      await changeDefinitions(context, (tx) =>
        definePurpose(tx, { ...definition, now: context.clock.now() }),
      );
      return { purpose: await purposeOf(key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => PurposePayload, { description: 'Changes what is said of a purpose.' })
  updatePurpose(
    @Arg('input', () => UpdatePurposeInput, { description: 'Which one, and what changes.' })
    { key, label, description }: UpdatePurposeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<PurposePayload>> {
    return withUserErrors(async () => {
      const changes = { label: label ?? undefined, description };
      await changeDefinitions(context, (tx) =>
        updatePurpose(tx, { key, ...changes, now: context.clock.now() }),
      );
      return { purpose: await purposeOf(key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => PurposePayload, {
    description:
      'Deletes a purpose: items can no longer tell of it, and what the ledger holds stays. A shipped one that was changed is as shipped again.',
  })
  deletePurpose(
    @Arg('input', () => DeletePurposeInput, { description: 'Which purpose.' }) { key }: DeletePurposeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<PurposePayload>> {
    return withUserErrors(async () => {
      await changeDefinitions(context, (tx) => purposes.remove(tx, key));
      return { purpose: await purposeOf(key, context) };
    });
  }
}

async function purposeOf(key: string, context: RequestContext): Promise<PurposeType | null> {
  const standing = (await purposes.read(await context.reading())).get(key);
  return standing ? new PurposeType(standing) : null;
}
