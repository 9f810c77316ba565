import { Arg, Args, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import {
  LIMITS,
  MAX_PAGE_SIZE,
  PageArgs,
  pageOf,
  pageRequest,
  REQUEST_BYTES,
  toConnection,
  withUserErrors,
} from '../platform/graphql/index.js';
import { LAST_ID, NO_ID, Scope, uuidOf } from '../platform/index.js';
import { apiKeysBetween, sourceByKey, sourceIdsOf, sources, workspaceOf } from './access.reads.js';
import {
  ApiKeyConnection,
  ApiKeyFilterInput,
  ApiKeyPayload,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  CreateSourceInput,
  RevokeApiKeyInput,
  SourceConnection,
  SourcePayload,
  UpdateSourceInput,
  UpdateWorkspaceInput,
  Viewer,
  WorkspacePayload,
} from './access.type.js';
import { shownKey } from './actor.reads.js';
import { ApiKeyType } from './api-key.type.js';
import { createApiKey } from './create-api-key.js';
import { createSource } from './create-source.js';
import { DefinitionUsers } from '../definitions/index.js';
import { RequestContext } from './request-context.js';
import { revokeApiKey } from './revoke-api-key.js';
import { SourceType } from './source.type.js';
import { updateSource } from './update-source.js';
import { updateWorkspace } from './update-workspace.js';
import { WorkspaceType } from './workspace.type.js';

@Resolver()
export class AccessResolver {
  @Authorized()
  @Query(() => Viewer, { description: 'The caller: its key, its workspace, and what it may do.' })
  async viewer(@Ctx() context: RequestContext): Promise<Viewer> {
    const { viewer } = context;
    const tx = await context.reading();
    const [workspace, source] = [await workspaceOf(tx), (await sources.read(tx)).get(viewer.sourceId)];
    return {
      workspace: new WorkspaceType(workspace),
      source: SourceType.of(source),
      keyName: viewer.keyName,
      scopes: [...viewer.scopes],
      limits: {
        ingestItems: 1_000,
        requestBytes: REQUEST_BYTES,
        pageSize: MAX_PAGE_SIZE,
        operationCost: LIMITS.cost,
      },
    };
  }

  @Authorized(Scope.ADMIN)
  @Mutation(() => WorkspacePayload, {
    nullable: true,
    description:
      'Changes the workspace. Another time zone rebuilds the segments that depend on dates; another currency, those that depend on sums of money.',
  })
  updateWorkspace(
    @Arg('input', () => UpdateWorkspaceInput, { description: 'What changes.' }) input: UpdateWorkspaceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<WorkspacePayload>> {
    return withUserErrors(async () => {
      const rest = { now: context.clock.now(), users: context.service(DefinitionUsers) };
      await context.write((tx) => updateWorkspace(tx, { ...input, ...rest }));
      return { workspace: new WorkspaceType(await workspaceOf(await context.reading())) };
    });
  }

  @Authorized(Scope.READ, Scope.ADMIN)
  @Query(() => SourceConnection, { description: 'All sources, by key in alphabetical order.' })
  async sources(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<SourceConnection> {
    const request = pageRequest(context, args, { list: 'sources' });
    const all = [...(await sources.read(await context.reading())).values()];
    return pageOf(
      request,
      all,
      ({ key }) => [key],
      (source) => new SourceType(source),
    );
  }

  @Authorized(Scope.READ, Scope.ADMIN)
  @Query(() => SourceType, { nullable: true, description: 'A source by its key; null when there is none.' })
  async source(
    @Arg('key', () => String, { description: 'The key of the source.' }) key: string,
    @Ctx() context: RequestContext,
  ): Promise<SourceType | null> {
    const source = await sourceByKey(await context.reading(), key);
    return SourceType.of(source);
  }

  @Authorized(Scope.ADMIN)
  @Query(() => ApiKeyConnection, {
    description: 'The API keys, newest first, including those that are revoked or have expired.',
  })
  async apiKeys(
    @Arg('filter', () => ApiKeyFilterInput, {
      nullable: true,
      description: 'Which keys. Absent or null = all.',
    })
    filter: ApiKeyFilterInput | null | undefined,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<ApiKeyConnection> {
    const { isActive = null, sources: keys = null, scopes = null } = filter ?? {};
    const request = pageRequest(context, args, { list: 'apiKeys', isActive, sources: keys, scopes });
    const tx = await context.reading();
    const known = await sources.read(tx);
    const sourceIds = keys && (await sourceIdsOf(tx, keys, ['filter', 'sources']));
    const rows = await apiKeysBetween(
      tx,
      { isActive, sourceIds, scopes, now: context.clock.now() },
      {
        below: String(request.after?.[0] ?? LAST_ID),
        above: String(request.before?.[0] ?? NO_ID),
        backward: request.backward,
        limit: request.limit,
      },
    );
    return toConnection(
      request,
      rows,
      ({ id }) => [id],
      (apiKey) => shownKey(apiKey, known),
    );
  }

  @Authorized(Scope.ADMIN)
  @Mutation(() => SourcePayload, {
    nullable: true,
    description: 'Creates a source: a system that facts come from.',
  })
  createSource(
    @Arg('input', () => CreateSourceInput, { description: 'The new source.' }) input: CreateSourceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<SourcePayload>> {
    return withUserErrors(async () => {
      const source = await context.write((tx) => createSource(tx, { ...input, now: context.clock.now() }));
      return { source: new SourceType(source) };
    });
  }

  @Authorized(Scope.ADMIN)
  @Mutation(() => SourcePayload, {
    nullable: true,
    description: 'Changes a source. Every server follows the change as soon as this is answered.',
  })
  updateSource(
    @Arg('input', () => UpdateSourceInput, { description: 'Which one, and what changes.' })
    input: UpdateSourceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<SourcePayload>> {
    return withUserErrors(async () => ({
      source: new SourceType(
        await context.write((tx) => updateSource(tx, { ...input, now: context.clock.now() })),
      ),
    }));
  }

  @Authorized(Scope.ADMIN)
  @Mutation(() => CreateApiKeyPayload, {
    nullable: true,
    description: 'Creates an API key. Its secret is in this answer, and never shown again.',
  })
  createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The new key.' }) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<CreateApiKeyPayload>> {
    return withUserErrors(async () => {
      // Nothing is read after the commit: should that fail, the secret would be lost.
      const { apiKey, source, secret } = await context.write((tx) =>
        createApiKey(tx, { ...input, now: context.clock.now() }),
      );
      return { apiKey: new ApiKeyType(apiKey, source), secret };
    });
  }

  @Authorized(Scope.ADMIN)
  @Mutation(() => ApiKeyPayload, {
    nullable: true,
    description: 'Revokes an API key for good: within a second it is refused and its sockets close.',
  })
  revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput, { description: 'Which key.' }) input: RevokeApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<ApiKeyPayload>> {
    return withUserErrors(async () => {
      const apiKey = await context.write((tx) =>
        revokeApiKey(tx, { id: uuidOf('key', input.id), now: context.clock.now() }),
      );
      const known = await sources.read(await context.reading());
      return { apiKey: shownKey(apiKey, known) };
    });
  }
}
