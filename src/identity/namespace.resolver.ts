import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { changeDefinitions } from '../definitions/index.js';
import { withUserErrors } from '../platform/graphql/index.js';
import { defineNamespace } from './define-namespace.js';
import { deleteNamespace } from './delete-namespace.js';
import { namespaces } from './namespace-catalogue.js';
import {
  DefineIdentifierNamespaceInput,
  DeleteIdentifierNamespaceInput,
  DeleteIdentifierNamespacePayload,
  IdentifierNamespacePayload,
  UpdateIdentifierNamespaceInput,
} from './namespace.input.js';
import { NamespaceType } from './namespace.type.js';
import { updateNamespace } from './update-namespace.js';

@Resolver()
export class NamespaceResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [NamespaceType], {
    description: 'All kinds of identifiers, by key in alphabetical order: at most 100.',
  })
  async identifierNamespaces(@Ctx() context: RequestContext): Promise<NamespaceType[]> {
    const all = await namespaces.read(await context.reading());
    return [...all.values()].map((namespace) => new NamespaceType(namespace));
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierNamespacePayload, {
    description: 'Adds a kind of identifier; every server takes it from the answer on.',
  })
  defineIdentifierNamespace(
    @Arg('input', () => DefineIdentifierNamespaceInput, { description: 'The new namespace.' })
    input: DefineIdentifierNamespaceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierNamespacePayload>> {
    return withUserErrors(async () => {
      await changeDefinitions(context, (tx) => defineNamespace(tx, { ...input, now: context.clock.now() }));
      return { namespace: await namespaceOf(input.key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => IdentifierNamespacePayload, {
    description:
      'Changes a kind of identifier. It counts for what comes from now on: profiles stay as they are.',
  })
  updateIdentifierNamespace(
    @Arg('input', () => UpdateIdentifierNamespaceInput, { description: 'Which one, and what changes.' })
    input: UpdateIdentifierNamespaceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<IdentifierNamespacePayload>> {
    return withUserErrors(async () => {
      await changeDefinitions(context, (tx) => updateNamespace(tx, { ...input, now: context.clock.now() }));
      return { namespace: await namespaceOf(input.key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DeleteIdentifierNamespacePayload, {
    description:
      'Deletes a kind of identifier of which there are none; a shipped one that was changed is as shipped again.',
  })
  deleteIdentifierNamespace(
    @Arg('input', () => DeleteIdentifierNamespaceInput, { description: 'Which namespace.' })
    input: DeleteIdentifierNamespaceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<DeleteIdentifierNamespacePayload>> {
    return withUserErrors(async () => {
      await changeDefinitions(context, (tx) => deleteNamespace(tx, { key: input.key }));
      return { deletedKey: input.key, namespace: await namespaceOf(input.key, context) };
    });
  }
}

async function namespaceOf(key: string, context: RequestContext): Promise<NamespaceType | null> {
  const namespace = (await namespaces.read(await context.reading())).get(key);
  return namespace ? new NamespaceType(namespace) : null;
}
