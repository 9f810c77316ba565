import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { withUserErrors } from '../platform/graphql/index.js';
import { LIMITS, MAX_PAGE_SIZE, REQUEST_BYTES } from '../platform/graphql/index.js';
import { publicId, Scope, uuidOf } from '../platform/index.js';
import { apiKeysOf, sources, workspaceOf } from './access.reads.js';
import {
  ApiKeyPayload,
  CreateApiKeyInput,
  CreateSourceInput,
  RevokeApiKeyInput,
  SourcePayload,
  UpdateSourceInput,
  UpdateWorkspaceInput,
  Viewer,
  WorkspacePayload,
  WorkspaceType,
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
import type { Workspace } from './workspace.entity.js';

@Resolver()
export class AccessResolver {
  @Authorized()
  @Query(() => Viewer, { description: 'Who is asking, and what they may do.' })
  async viewer(@Ctx() context: RequestContext): Promise<Viewer> {
    const { viewer } = context;
    const tx = await context.reading();
    const [workspace, source] = [await workspaceOf(tx), (await sources.read(tx)).get(viewer.sourceId)];
    return {
      workspace: toWorkspace(workspace),
      source: source ? new SourceType(source) : null,
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
    description:
      'Changes the workspace. With another time zone, segments that ask for dates are rebuilt; with another currency, those that ask for sums of money.',
  })
  updateWorkspace(
    @Arg('input', () => UpdateWorkspaceInput, { description: 'What changes.' }) input: UpdateWorkspaceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<WorkspacePayload>> {
    return withUserErrors(async () => {
      const rest = { now: context.clock.now(), users: context.service(DefinitionUsers) };
      await context.write((tx) => updateWorkspace(tx, { ...input, ...rest }));
      return { workspace: toWorkspace(await workspaceOf(await context.reading())) };
    });
  }

  @Authorized(Scope.READ, Scope.ADMIN)
  @Query(() => [SourceType], {
    description: 'All sources, by key in alphabetical order. There are few: each is a system of yours.',
  })
  async sources(@Ctx() context: RequestContext): Promise<SourceType[]> {
    return [...(await sources.read(await context.reading())).values()].map(
      (source) => new SourceType(source),
    );
  }

  @Authorized(Scope.ADMIN)
  @Query(() => [ApiKeyType], { description: 'All API keys, the newest first; revoked and expired ones too.' })
  async apiKeys(@Ctx() context: RequestContext): Promise<ApiKeyType[]> {
    const tx = await context.reading();
    const [all, known] = [await apiKeysOf(tx), await sources.read(tx)];
    return all.map((apiKey) => shownKey(apiKey, known));
  }

  @Authorized(Scope.ADMIN)
  @Mutation(() => SourcePayload, { description: 'Defines a system that facts come from.' })
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
    description: 'Changes a source; every server goes by it from the answer on.',
  })
  updateSource(
    @Arg('input', () => UpdateSourceInput, { description: 'Which one, and what changes.' })
    input: UpdateSourceInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<SourcePayload>> {
    return withUserErrors(async () => ({
      source: new SourceType(await context.write((tx) => updateSource(tx, input))),
    }));
  }

  @Authorized(Scope.ADMIN)
  @Mutation(() => ApiKeyPayload, {
    description: 'Creates an API key. Its secret is in the answer, and never shown again.',
  })
  createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The new key.' }) input: CreateApiKeyInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<ApiKeyPayload>> {
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
    description: 'Ends an API key for good: within a second it is refused and its sockets close.',
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

function toWorkspace({ uid, name, timeZone, currency }: Workspace): WorkspaceType {
  return { id: publicId('workspace', uid), name, timeZone, currency };
}
