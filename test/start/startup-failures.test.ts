import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommand } from '../../src/command-line.js';
import { ConfigError } from '../../src/config.js';
import { requireNode } from '../../src/require-node.js';
import { asAdmin, atEnd, cloneDatabase } from '../kit/index.js';
import { startOldPostgres } from './old-postgres.js';
import { runProgram } from './run-program.js';
import type { Ended } from './run-program.js';

const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0 ? it : it.skip;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-start-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const onefold = (args: string[], env: Record<string, string> = {}, uid?: number): Promise<Ended> =>
  runProgram(['dist/main.js', ...args], {
    env: { LOG_LEVEL: 'fatal', PORT: '0', ONEFOLD_DIR: join(folder, 'unused'), ...env },
    ...(uid !== undefined && { uid }),
  });

/** A few lines with the remedy, no stack, nothing printed as if all were well, and an exit code that says so. */
function expectRefusal({ code, stdout, stderr }: Ended, ...said: (string | RegExp)[]): void {
  for (const text of said) expect(stderr).toMatch(text);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(6);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(async () => void server.close());
  return (server.address() as AddressInfo).port;
}

function withPart(url: string, change: (url: URL) => void): string {
  const changed = new URL(url);
  change(changed);
  return changed.href;
}

describe('The command line', () => {
  it.each([
    [['--nope'], "Unknown option '--nope'"],
    [['key'], '--name "Shop"'],
  ])('refuses %j, and starts nothing', async (args, said) => {
    expectRefusal(await onefold(args), said);
    await expect(readdir(join(folder, 'unused'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    [['--port', '4001'], 'settings such as PORT are environment variables'],
    [['--help=yes'], "'-h, --help' does not take an argument"],
    [['serve', 'twice'], "Unexpected argument 'twice'"],
    [['migrate', '--force'], "Unknown option '--force'"],
    [['sign-in', '--port', '4001'], "Unknown option '--port'"],
    [['start'], 'There are serve, migrate, sign-in and key'],
    [['key', '--name'], "'--name <value>' argument missing"],
    [['key', '--nmae', 'Shop'], "Unknown option '--nmae'"],
    [['key', '--name', ''], '--name "Shop"'],
    [['key', '--name', 'Shop', '--scopes', 'READ,WRITE'], 'There is no scope "WRITE"'],
    [['key', '--name', 'Shop', '--workspace', 'first'], "give the workspace's number"],
    [['key', '--name', 'Shop', '--workspace', '1', '--new-workspace', 'Acme'], 'not both'],
  ])('refuses %j, with the remedy', (args, said) => {
    const attempt = () => readCommand(args);
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(said);
  });

  it.each([[['key', '--name', 'Shop']], [['migrate']]])('refuses %j without DATABASE_URL', async (args) => {
    expectRefusal(await onefold(args), 'DATABASE_URL: set it');
  });

  it.each([[['--help']], [['-h']], [['serve', '--help']], [['migrate', '-h']], [['key', '--help']]])(
    'explains itself after %j',
    (args) => {
      expect(readCommand(args)).toEqual({ name: 'help' });
    },
  );

  it('names every command in its explanation', async () => {
    const { code, stdout, stderr } = await onefold(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/npm start[^]*npm run migrate[^]*npm run key/);
  });
});

describe('A Node that is too old', () => {
  it.each(['18.20.8', '20.20.2', '22.16.0'])('such as %s stops the start', (version) => {
    expect(() => requireNode(version)).toThrow(ConfigError);
    expect(() => requireNode(version)).toThrow(/needs 22\.17 or newer.*npm start/);
  });

  it.each(['22.17.0', '24.0.0', '26.1.0'])('is not %s', (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });
});

describe('A wrong setting stops the start', () => {
  it.each([
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s', async (name, value) => {
    expectRefusal(await onefold([], { [name]: value }), name, 'docs/configuration.md');
  });
});

describe('An address that cannot be listened at stops the start', () => {
  it('because its port is taken, and the embedded PostgreSQL does not stay behind', async () => {
    const port = await listening(createServer());
    const directory = join(folder, 'taken');
    const ended = await onefold([], { PORT: String(port), ONEFOLD_DIR: directory });
    expectRefusal(ended, `Port ${port} at 127.0.0.1`, 'set PORT to another port');
    expect(await readdir(join(directory, 'postgres'))).not.toContain('postmaster.pid');
    expect(await readdir(directory)).not.toContain('server-url');
  });

  it.each(['192.0.2.1', 'nowhere.invalid', '1.2.3'])(
    'because HOST=%s is not of this machine',
    async (HOST) => {
      const ended = await onefold([], { HOST, DATABASE_URL: await cloneDatabase() });
      expectRefusal(ended, HOST, 'Set HOST to an address of this machine');
    },
  );

  asRoot('because an ordinary account may not use a low port', async () => {
    const lowest = Number(await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
    // Containers often let every account use every port.
    if (lowest <= 1) return;
    const ended = await onefold([], { PORT: '1', DATABASE_URL: await cloneDatabase() }, NOBODY);
    expectRefusal(ended, 'Port 1 ', 'set PORT to one above 1023');
  });
});

describe('A database that cannot be used stops the start', () => {
  it.each([
    ['nobody listens there', 'postgres://onefold:x@127.0.0.1:1/shop', 'Start PostgreSQL there'],
    ['its host does not exist', 'postgres://onefold:x@nowhere.invalid/shop', 'correct DATABASE_URL'],
  ])('because %s', async (_why, DATABASE_URL, remedy) => {
    expectRefusal(await onefold([], { DATABASE_URL }), remedy, '/shop');
  });

  it('because something else than PostgreSQL answers there', async () => {
    const port = await listening(
      createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const ended = await onefold([], { DATABASE_URL: `postgres://onefold:x@127.0.0.1:${port}/shop` });
    expectRefusal(ended, `127.0.0.1:${port}/shop`, 'correct DATABASE_URL');
  });

  it('because nothing that listens there ever answers', async () => {
    const port = await listening(createServer((socket) => void socket.on('error', () => undefined)));
    const ended = await onefold([], { DATABASE_URL: `postgres://onefold:x@127.0.0.1:${port}/shop` });
    expectRefusal(ended, `127.0.0.1:${port}/shop`, 'timeout', 'Start PostgreSQL there');
  });

  it.each([
    ['the password is wrong', (url: URL) => (url.password = 'hunter2'), 'the user or the password'],
    ['the user is unknown', (url: URL) => (url.username = 'stranger'), 'the user or the password'],
    ['there is no password', (url: URL) => (url.password = ''), 'Put the password into DATABASE_URL'],
    ['there is no such database', (url: URL) => (url.pathname = '/nowhere'), 'Create the database'],
  ])('because %s, and its password is never printed', async (_why, change, remedy) => {
    const url = await cloneDatabase();
    const { password } = new URL(url);
    const ended = await onefold(['migrate'], { DATABASE_URL: withPart(url, change) });
    expectRefusal(ended, remedy);
    expect(ended.stderr).not.toContain(password);
    expect(ended.stderr).not.toContain('hunter2');
  });

  it('because TLS is asked for, and it has none', async () => {
    const ended = await onefold([], { DATABASE_URL: await cloneDatabase(), PGSSLMODE: 'require' });
    expectRefusal(ended, 'does not support SSL', 'Unset PGSSLMODE');
  });

  it('because the login may not create tables', async () => {
    const url = await cloneDatabase();
    const name = new URL(url).pathname.slice(1);
    await asAdmin(url, (client) => client.query(`create role weak_${name} login password 'weak'`));
    await asAdmin(url, (client) => client.query('drop schema public cascade; create schema public'));
    const weak = withPart(url, (changed) => {
      changed.username = `weak_${name}`;
      changed.password = 'weak';
    });
    expectRefusal(await onefold(['migrate'], { DATABASE_URL: weak }), 'docs/configuration.md');
    await asAdmin(url, (client) => client.query(`drop role weak_${name}`));
  });

  it.each(['14.12', '9.6.24', '14.9 (Debian 14.9-1.pgdg120+1)'])(
    'because it is PostgreSQL %s',
    async (version) => {
      const ended = await onefold([], { DATABASE_URL: await startOldPostgres(version) });
      expectRefusal(ended, `PostgreSQL ${version}`, 'needs 15 or newer');
    },
  );

  it('because it was emptied, and the process ends', async () => {
    const url = await cloneDatabase();
    await asAdmin(url, (client) => client.query('delete from installation'));
    const { code, stderr, stdout } = await onefold([], { DATABASE_URL: url });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch('"installation" is empty. Restore it');
  });

  it('or makes no key for a workspace that does not exist', async () => {
    const url = await cloneDatabase();
    const ended = await onefold(['key', '--name', 'Shop', '--workspace', '99'], { DATABASE_URL: url });
    expectRefusal(ended, 'There is no workspace 99', '--new-workspace');
    const keys = await asAdmin(url, (client) => client.query('select from api_key'));
    expect(keys.rowCount).toBe(0);
  });
});

describe('A folder that cannot be used stops the start', () => {
  it.each([
    ['is a file', ''],
    ['lies below a file', '/below'],
  ])('because it %s', async (_why, below) => {
    const file = join(folder, 'file');
    await writeFile(file, 'kept');
    expectRefusal(await onefold([], { ONEFOLD_DIR: `${file}${below}` }), 'Set ONEFOLD_DIR to a folder');
    expect(await readFile(file, 'utf8')).toBe('kept');
  });

  it('because the kernel lets nobody write there', async () => {
    expectRefusal(await onefold([], { ONEFOLD_DIR: '/sys/onefold' }), 'ONEFOLD_DIR');
  });

  asRoot("because it is somebody else's", async () => {
    const directory = await mkdtemp(join(folder, 'theirs-'));
    await chmod(folder, 0o755);
    expectRefusal(await onefold([], { ONEFOLD_DIR: directory }, NOBODY), directory, 'ONEFOLD_DIR');
    expect(await readdir(directory)).toEqual([]);
  });
});
