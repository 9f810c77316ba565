import { resolve } from 'node:path';
import { prettifyError, z } from 'zod';

// Before any library is loaded: GraphQL.js, for one, checks its types several times as slowly without it.
process.env.NODE_ENV ??= 'production';

const port = z.coerce
  .number('must be a port number from 0 (any free one) to 65535')
  .int('must be a port number from 0 (any free one) to 65535')
  .min(0)
  .max(65_535);
const positive = z.coerce
  .number('must be a whole number above 0')
  .int('must be a whole number above 0')
  .positive();
const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) =>
      text
        .toLowerCase()
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item));
const hostName = z
  .string()
  .regex(
    /^(\*|[a-z0-9._-]+|\[[0-9a-f:.]+\])$/,
    'must be names without ports, separated by commas, such as onefold.example.com',
  );
const origin = z
  .string()
  .regex(
    /^(\*|[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]+\/?)$/,
    'must be origins, separated by commas, such as https://app.example.com',
  )
  // As browsers write it: without a slash at the end, and without the scheme's own port.
  .transform((text) => (/^https?:/.test(text) && URL.parse(text)?.origin) || text);

/** Every setting of a server. docs/configuration.md describes them; a test ties the two. */
export const CONFIG_SCHEMA = z.object({
  PORT: port.default(4000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATABASE_URL: z
    .url({
      protocol: /^postgres(ql)?$/,
      error: 'must be an address such as postgres://user:password@host:5432/database',
    })
    .optional(),
  ALLOWED_HOSTS: list(hostName).optional(),
  ALLOWED_ORIGINS: list(origin).optional(),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be an address such as redis://host:6379' })
    .optional(),
  ONEFOLD_DIR: z
    .string()
    .min(1)
    .default('.onefold')
    .transform((directory) => resolve(directory)),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATABASE_POOL_SIZE: positive.max(500).default(20),
  INGEST_CONCURRENCY: positive.max(64).default(2),
  LINGER_MS: z.coerce
    .number('must be milliseconds, 0 to 60000')
    .int('must be whole milliseconds')
    .min(0)
    .max(60_000)
    .default(500),
  GRAPHIQL: z.stringbool().default(true),
  INTROSPECTION: z.stringbool().default(true),
});

export type Config = z.infer<typeof CONFIG_SCHEMA>;

/** @throws ConfigError that names each wrong setting, why, and what to do */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable is how shells and compose files say "not set".
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name in CONFIG_SCHEMA.shape && value !== ''),
  );
  const parsed = CONFIG_SCHEMA.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    `The configuration cannot be used:\n${prettifyError(parsed.error)}\nCorrect these environment variables, or unset them to get the defaults; docs/configuration.md describes them all.`,
  );
}

/** Whether npm waits for this process, as it does for `npm start`. */
export function startedByNpm(): boolean {
  return process.env.npm_lifecycle_event !== undefined;
}

/** The flags of Node that the environment gives. */
export function nodeOptions(): string[] {
  return process.env.NODE_OPTIONS?.split(/\s+/).filter(Boolean) ?? [];
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
