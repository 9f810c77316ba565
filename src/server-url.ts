import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivately } from './development-key.js';

const FILE = 'server-url';

/**
 * Writes the server's address where programs on this machine look for it (the demo, the README's commands).
 * @returns what takes it away again
 */
export async function announceUrl(directory: string, url: string): Promise<() => Promise<void>> {
  await writePrivately(directory, FILE, `${url}\n`);
  return () => rm(join(directory, FILE), { force: true });
}
