import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from './config.js';
import type { Config } from './config.js';
import { readDevelopmentKey } from './development-key.js';
import { signInLink } from './sign-in.js';

type Place = Pick<Config, 'ONEFOLD_DIR' | 'HOST' | 'PORT'>;

/**
 * A link to the server that runs in this folder. That server takes it because both have the same key.
 * @throws ConfigError when the folder has none
 */
export async function newSignInLink(place: Place, now: Date): Promise<string> {
  const key = await readDevelopmentKey(place.ONEFOLD_DIR);
  if (!key)
    throw new ConfigError(
      `There is no development key in ${place.ONEFOLD_DIR}. Start a server without DATABASE_URL there: it makes one.`,
    );
  return signInLink(await urlOf(place), key, now);
}

/** As the running server says; a server that does not say listens where this command's settings are. */
async function urlOf({ ONEFOLD_DIR, HOST, PORT }: Place): Promise<string> {
  const told = await readFile(join(ONEFOLD_DIR, 'server-url'), 'utf8').catch(() => '');
  if (told) return told.trim();
  if (HOST === '0.0.0.0' || HOST === '::') return `http://localhost:${PORT}`;
  return `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
}
