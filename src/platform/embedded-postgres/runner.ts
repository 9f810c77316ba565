import { execFile } from 'node:child_process';
import { chmod, chown, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { explainFailure } from './binaries.js';

const run = promisify(execFile);

export interface Account {
  uid: number;
  gid: number;
}

/** How PostgreSQL's programs are started. */
export interface Runner {
  /** Stands before the program and its arguments. */
  prefix: string[];
  options: { cwd: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number };
  /** Who must own the data; absent when that is ourselves. */
  account?: Account;
}

const ACCOUNT_NAMES = ['postgres', '_postgres', 'nobody'];

/** Bits of the capability sets in /proc/self/status. Containers hold back the first, the narrower of the two. */
const TRAVERSING_CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
];

/**
 * PostgreSQL refuses to run as root. As root it is therefore given to the account that owns the data already, or
 * else to an unprivileged one, and to one that can reach `directory` and `program`.
 */
export async function chooseRunner(directory: string, dataFolder: string, program: string): Promise<Runner> {
  const options = { cwd: directory, ...environment() };
  if (process.getuid?.() !== 0) return { prefix: [], options };

  const account = await unprivilegedAccount(dataFolder);
  await admit(account, directory);
  const plain: Runner = { prefix: [], options: { ...options, ...account }, account };
  const refusal = await whyUnable(plain, program);
  if (!refusal) return plain;
  for (const prefix of await traversingPrefixes(account)) {
    const runner = { prefix, options, account };
    if (!(await whyUnable(runner, program))) return runner;
  }
  await runProgram({ prefix: [], options }, program, ['--version']).catch(
    explainFailure(`${program} does not work.`),
  );
  throw new Error(
    `PostgreSQL does not run as root, and uid ${account.uid} can't use ${directory} or ${program}. ` +
      'Move the project, and ONEFOLD_DIR if set, to where every user may enter; or install setpriv ' +
      `(util-linux), start Onefold as an ordinary user, or set DATABASE_URL.\n${refusal}`,
  );
}

/** Runs a program of PostgreSQL to its end; rejects with what it printed. */
export async function runProgram(runner: Runner, program: string, args: string[]): Promise<void> {
  const [command, ...rest] = commandLine(runner, program, args);
  await run(command, rest, runner.options);
}

export function commandLine(runner: Runner, program: string, args: string[]): [string, ...string[]] {
  return [...runner.prefix, program, ...args] as unknown as [string, ...string[]];
}

/** Not our own environment: it holds secrets, and PG* and LC_* variables would change how the server behaves. */
function environment(): { env?: NodeJS.ProcessEnv } {
  if (process.platform === 'win32') return {};
  return { env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } };
}

async function unprivilegedAccount(dataFolder: string): Promise<Account> {
  const owner = await stat(dataFolder).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ACCOUNT_NAMES) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined);
    if (ids) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and there is no account ${ACCOUNT_NAMES.join(', ')} to run it as. ` +
      'Create one, start Onefold as an ordinary user, or set DATABASE_URL.',
  );
}

/** Lets the account pass through, not list, a folder that is root's alone; shared folders stay as they are. */
async function admit(account: Account, directory: string): Promise<void> {
  const { mode, uid } = await stat(directory);
  if (uid !== 0 || (mode & 0o077) !== 0) return;
  await chown(directory, 0, account.gid);
  await chmod(directory, 0o710);
}

/**
 * A project under /root, or in a folder of mktemp, lies behind a folder that only root may enter. An ambient
 * capability survives the change of user and is handed on to PostgreSQL's own children.
 */
async function traversingPrefixes({ uid, gid }: Account): Promise<string[][]> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const held = BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return TRAVERSING_CAPABILITIES.filter(({ bit }) => (held >> bit) & 1n).map(({ name }) => [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    // access(2), with which PostgreSQL looks for its own programs, forgets capabilities without this.
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${name}`,
    `--ambient-caps=+${name}`,
    '--',
  ]);
}

async function whyUnable(runner: Runner, program: string): Promise<string | undefined> {
  try {
    // The folder is entered before the user changes, so only a `cd` afterwards shows whether it can be reached.
    await runProgram(runner, '/bin/sh', [
      '-c',
      'cd "$1" && exec "$2" --version',
      'sh',
      runner.options.cwd,
      program,
    ]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
