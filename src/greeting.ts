import { join } from 'node:path';
import type { Config } from './config.js';
import { isLoopbackName } from './platform/http/index.js';
import { signInLink } from './sign-in.js';

interface Started {
  config: Pick<Config, 'GRAPHIQL' | 'ONEFOLD_DIR'>;
  url: string;
  developmentKey: string | null;
  now: Date;
}

/** What a server prints when it is ready. Never a key: what is printed is often kept, and read by others. */
export function greeting({ config, url, developmentKey, now }: Started): string {
  const lines = [
    'Onefold is ready.',
    ...(config.GRAPHIQL ? pageLines(url, developmentKey, now) : []),
    `  GraphQL    ${url}/graphql`,
    `  WebSocket  ${url.replace('http', 'ws')}/graphql`,
    ...(developmentKey
      ? [`  API key    in ${join(config.ONEFOLD_DIR, 'development-key')} (every scope)`]
      : []),
  ];
  return `\n${lines.join('\n')}\n`;
}

function pageLines(url: string, developmentKey: string | null, now: Date): string[] {
  // A server that cannot be reached by a name of this machine signs nobody in.
  if (!developmentKey || !isLoopbackName(new URL(url))) return [`  GraphiQL   ${url}/`];
  return [
    `  GraphiQL   ${signInLink(url, developmentKey, now)}`,
    '             (signs you in once, within 15 minutes; a new link: npm run -s sign-in)',
  ];
}
