import { registerHooks } from 'node:module';
import type { EmbeddedPostgres } from '../../src/platform/index.js';

type Platform = typeof import('../../src/platform/index.js');

/** What `global-setup.ts` started, for `global-teardown.ts`. */
export interface TestCluster {
  postgres: EmbeddedPostgres;
  folder: string;
}

/** Both run in one process, so what they share lies beside them. */
export const running: { cluster?: TestCluster } = ((globalThis as Record<string, unknown>)[
  'onefold test cluster'
] ??= {});

/**
 * The server's own code, for Jest's global files: those are loaded by Node itself, which must be led from the
 * `.js` of the imports to the `.ts` files.
 */
export async function loadPlatform(): Promise<Platform> {
  const hooks = registerHooks({
    resolve: (name, context, next) =>
      next(
        context.parentURL?.endsWith('.ts') && name.startsWith('.') ? name.replace(/\.js$/, '.ts') : name,
        context,
      ),
  });
  try {
    return await import('../../src/platform/index.js');
  } finally {
    hooks.deregister();
  }
}
