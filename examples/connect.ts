import { readFile } from 'node:fs/promises';
import { createClient, OnefoldError, ViewerDocument } from 'onefold/client';
import type { Client, Reconnect } from 'onefold/client';

/** What the options say of `--url`. */
export const WHERE = 'the address of the server; default: that of the server that runs in this folder';

const DEFAULT_PORT = 4000;

/** Something that the person who runs the program can put right: told without a stack. */
export class Trouble extends Error {}

/**
 * The address of GraphQL: the one given, else that of PORT, else what the server of this folder wrote down.
 * @throws Trouble when the address is none
 */
export async function serverUrl(given: string | undefined): Promise<string> {
  const { PORT } = process.env;
  const fromPort = PORT && PORT !== '0' ? `http://127.0.0.1:${PORT}` : undefined;
  const text = given ?? fromPort ?? (await written('server-url')) ?? `http://127.0.0.1:${DEFAULT_PORT}`;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Trouble(`${text} is not an address such as http://127.0.0.1:${DEFAULT_PORT}/graphql.`);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

/** @throws Trouble when there is no server, no key, or the key is not one of the server's */
export async function connect({
  url,
  key,
  onReconnect,
}: {
  url: string;
  key?: string | undefined;
  onReconnect?: (reconnect: Reconnect) => void;
}): Promise<Client> {
  const apiKey = key ?? process.env.ONEFOLD_KEY ?? (await developmentKey());
  try {
    await createClient({ url, apiKey, retryForMs: 0 }).execute(ViewerDocument);
  } catch (error) {
    throw error instanceof OnefoldError ? new Trouble(`${error.message}\n${remedyFor(error)}`) : error;
  }
  return createClient({ url, apiKey, ...(onReconnect && { onReconnect }) });
}

async function developmentKey(): Promise<string> {
  const key = await written('development-key');
  if (key) return key;
  throw new Trouble(
    `There is no API key: ${fileOf('development-key')} cannot be read. Start a server in this folder (npm start), which ` +
      'writes it; or give a key with --key or in ONEFOLD_KEY.',
  );
}

/** What the server of this folder keeps in a file. */
async function written(name: string): Promise<string | undefined> {
  const text = await readFile(fileOf(name), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

function fileOf(name: string): string {
  return `${process.env.ONEFOLD_DIR || '.onefold'}/${name}`;
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
    // Node's further sentences are about file names that begin with a dash.
    if (code?.startsWith('ERR_PARSE_ARGS'))
      console.error(`\n${message.split('. ')[0]}. --help shows the options.`);
    else if (error instanceof Trouble || error instanceof OnefoldError) console.error(`\n${message}`);
    else console.error(error);
    process.exitCode = 1;
  });
}
