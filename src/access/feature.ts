import type { Feature } from '../feature.js';
import { AccessResolver } from './access.resolver.js';
import { findApiKeys, findSources, findWorkspaces } from './actor.reads.js';
import { ApiKey } from './api-key.entity.js';
import { Source } from './source.entity.js';
import { Workspace } from './workspace.entity.js';

export const access: Feature = {
  resolvers: [AccessResolver],
  entities: [Workspace, Source, ApiKey],
  nodes: { source: findSources, key: findApiKeys, workspace: findWorkspaces },
};
