import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from './config.js';
import type { Config } from './config.js';

/**
 * @returns the address at which it then listens, such as `http://127.0.0.1:4000`
 * @throws ConfigError with the remedy when it cannot
 */
export async function listen(server: Server, { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, HOST, PORT)));
    server.listen(PORT, HOST, resolve);
  });
  return urlOf(server.address() as AddressInfo);
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const remedy = remedyFor(error.code ?? '');
  return remedy
    ? new ConfigError(`Port ${port} at ${host}: ${error.message}. ${remedy}`, { cause: error })
    : error;
}

function remedyFor(code: string): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return 'Something listens there already: stop it, or set PORT to another port.';
    case 'EACCES':
      return 'This account may not use that port: set PORT to one above 1023.';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return 'Set HOST to an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.';
    default:
      return undefined;
  }
}

function urlOf({ address, port, family }: AddressInfo): string {
  const host =
    address === '::' || address === '0.0.0.0' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
