import { ALL_SCOPES } from './platform/index.js';
import type { Scope } from './platform/index.js';
import { ConfigError } from './config.js';
import { parseOptions } from './parse-options.js';

export const HELP = `Onefold, the open customer-data graph.

  npm start                 run the server: GraphQL and WebSocket at /graphql, GraphiQL at /
  npm run migrate           bring the database at DATABASE_URL up to date
  npm run key -- --name Shop [--scopes INGEST,READ] [--source default] [--workspace 1]
                            make an API key in the database at DATABASE_URL (default: every scope)
  npm run key -- --new-workspace Acme --name Shop
                            the same in a new workspace
  npm run -s sign-in        print a new link to GraphiQL on this machine
  npm run demo -- --help    fill a running server with a believable shop

Settings are environment variables (PORT, HOST, DATABASE_URL, REDIS_URL, ONEFOLD_DIR, …): docs/configuration.md.
Without DATABASE_URL a private PostgreSQL runs in ONEFOLD_DIR.
`;

const HELP_OPTION = { help: { type: 'boolean', short: 'h' } } as const;
const KEY_OPTIONS = {
  ...HELP_OPTION,
  name: { type: 'string' },
  scopes: { type: 'string' },
  source: { type: 'string', default: 'default' },
  workspace: { type: 'string' },
  'new-workspace': { type: 'string' },
} as const;

/** Which key to make. */
export interface KeyWanted {
  name: string;
  source: string;
  scopes: readonly Scope[];
  /** Absent: the first one. */
  workspace?: number | undefined;
  /** The name of a workspace to make for it. */
  newWorkspace?: string | undefined;
}

const PLAIN = ['serve', 'migrate', 'sign-in'] as const;
type Plain = (typeof PLAIN)[number];

export type Command = { name: 'help' | Plain } | { name: 'key'; wanted: KeyWanted };

/** @param args what stands after the program's name. @throws ConfigError that names what is wrong, and the remedy */
export function readCommand(args: string[]): Command {
  const [first = 'serve', ...rest] = args;
  if (first.startsWith('-')) return plainCommand('serve', args);
  if (first === 'key') return keyCommand(rest);
  const plain = PLAIN.find((name) => name === first);
  if (plain) return plainCommand(plain, rest);
  throw new ConfigError(
    `There is no command "${first}". There are ${PLAIN.join(', ')} and key; --help explains them.`,
  );
}

function plainCommand(name: Plain, args: string[]): Command {
  const { help } = parseOptions(args, HELP_OPTION);
  return { name: help ? 'help' : name };
}

function keyCommand(args: string[]): Command {
  const values = parseOptions(args, KEY_OPTIONS);
  if (values.help) return { name: 'help' };
  const { name, source, workspace, 'new-workspace': newWorkspace } = values;
  if (!name) throw new ConfigError('Say what the key is for: --name "Shop".');
  if (workspace !== undefined && newWorkspace !== undefined)
    throw new ConfigError('Give --workspace or --new-workspace, not both.');
  return {
    name: 'key',
    wanted: {
      name,
      source,
      scopes: values.scopes?.split(',').map(scopeOf) ?? ALL_SCOPES,
      workspace: workspace === undefined ? undefined : workspaceNumber(workspace),
      newWorkspace,
    },
  };
}

function scopeOf(text: string): Scope {
  const scope = ALL_SCOPES.find((known) => String(known) === text.trim().toUpperCase());
  if (!scope) throw new ConfigError(`There is no scope "${text}". Scopes: ${ALL_SCOPES.join(', ')}.`);
  return scope;
}

function workspaceNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new ConfigError(`--workspace ${text}: give the workspace's number, such as 1.`);
}
