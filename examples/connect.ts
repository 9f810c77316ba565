import { readFile } from 'node:fs/promises';
import { createClient, OnefoldError, ViewerDocument } from 'onefold/client';
import type { Client, Reconnect } from 'onefold/client';

export const DEFAULT_URL = 'http://127.0.0.1:4000/graphql';

/** Something that whoever runs the program can put right: told without a stack. */
export class Trouble extends Error {}

/** @throws Trouble when there is no server, no key, or the two do not belong together */
export async function connect({
  url,
  key,
  onReconnect,
}: {
  url: string;
  key?: string | undefined;
  onReconnect?: (reconnect: Reconnect) => void;
}): Promise<Client> {
  if (!/^https?:\/\/\S+$/.test(url))
    throw new Trouble(`--url ${url} is not an address such as ${DEFAULT_URL}.`);
  const apiKey = key ?? process.env.ONEFOLD_KEY ?? (await developmentKey());
  try {
    await createClient({ url, apiKey, retryForMs: 0 }).execute(ViewerDocument);
  } catch (error) {
    throw error instanceof OnefoldError ? new Trouble(`${error.message}\n${remedyFor(error)}`) : error;
  }
  return createClient({ url, apiKey, ...(onReconnect && { onReconnect }) });
}

async function developmentKey(): Promise<string> {
  const file = `${process.env.ONEFOLD_DIR ?? '.onefold'}/development-key`;
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new Trouble(
      `There is no API key: ${file} cannot be read. Start a server in this folder (npm start), which writes it; or give ` +
        'a key with --key or in ONEFOLD_KEY.',
    );
  }
}

function remedyFor({ code }: OnefoldError): string {
  if (code === 'UNREACHABLE')
    return 'Start it with `npm start` in another terminal, or say with --url where it is.';
  if (code === 'UNAUTHENTICATED' || code === 'KEY_INACTIVE')
    return 'The key came from --key, from ONEFOLD_KEY or from .onefold/development-key, in this order.';
  return 'Say with --url where the server is.';
}

/** Runs a program; trouble ends it with one clear message. */
export function runProgram(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('ERR_PARSE_ARGS')) console.error(`\n${message}. --help shows the options.`);
    else if (error instanceof Trouble || error instanceof OnefoldError) console.error(`\n${message}`);
    else console.error(error);
    process.exitCode = 1;
  });
}
