import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createSegment, event, eventually, seed, startServer } from '../kit/index.js';
import { runProgram } from '../start/run-program.js';

const run = promisify(execFile);
const BIN = resolve('node_modules/.bin');

/** An integrator's program: asks by text and by document, ingests, and waits for one change. */
const PROGRAM = `
import { createClient, OnefoldError, ViewerDocument } from '@onefold/client';
import type { IngestItemInput, SegmentChange } from '@onefold/client';

declare const ONEFOLD: { url: string; key: string };

const onefold = createClient({ url: ONEFOLD.url, apiKey: ONEFOLD.key, retryForMs: 0 });
const { viewer } = await onefold.execute(ViewerDocument);
const scopes: readonly string[] = viewer.scopes;
const asked = await onefold.execute<{ viewer: { keyName: string } }>('{ viewer { keyName } }');
const items: IngestItemInput[] = [
  { externalId: 'order-1', type: 'purchase', identifiers: [{ namespace: 'external', value: 'somebody' }] },
];
const { accepted } = await onefold.ingest(items);
// @ts-expect-error: a document's variables are typed, too
await onefold.execute(ViewerDocument, { nothing: 1 });
const refusal: unknown = await onefold.execute('{ nothing }').catch((error: unknown) => error);
const code = refusal instanceof OnefoldError ? refusal.code : 'none';
console.log(JSON.stringify({ scopes: scopes.length > 0, sameKey: asked.viewer.keyName === viewer.keyName, accepted, code }));

for await (const change of onefold.segmentChanges({ segments: ['buyers'] })) {
  const told: SegmentChange = change;
  console.log('change', told.kind, told.segment.key);
  break;
}
console.log('done');
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.asynciterable'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    outDir: 'built',
  },
  include: ['program.ts'],
};

/** Runs the bundle with what a page has, and with nothing of Node. */
const PAGE = `
import { readFile } from 'node:fs/promises';
import vm from 'node:vm';
const { url, key } = process.env;
const context = vm.createContext({
  ONEFOLD: { url, key }, console, fetch, WebSocket, URL, TextEncoder, AbortController, AbortSignal,
  setTimeout, clearTimeout, setInterval, clearInterval,
});
const bundle = new vm.SourceTextModule(await readFile('bundle.mjs', 'utf8'), { context });
await bundle.link((name) => { throw new Error('It imports ' + name); });
await bundle.evaluate();
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-client-'));
  await run('npm', ['run', '--silent', 'pack:client', '--', '--pack-destination', folder]);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await writeFile(join(folder, 'page.mjs'), PAGE);
  const tarball = `./onefold-client-${(await manifest('src/client/package.json')).version}.tgz`;
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], { cwd: folder });
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Manifest {
  version: string;
  dependencies: Record<string, string>;
}

const manifest = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Manifest;

/** Runs the program until it has said all, while somebody enters the segment that it watches. */
async function expectToWork(file: string, args: string[] = []): Promise<void> {
  const server = await startServer();
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  const env = { url: server.graphqlUrl, key: server.key };
  let visits = 0;
  const ended = runProgram([...args, file], { env, cwd: folder });
  let isOver = false;
  void ended.then(() => (isOver = true));
  await eventually('the program has heard of somebody', async () => {
    await seed(server, [event({ external: `buyer-${(visits += 1)}` }, 'purchase')]);
    return isOver;
  });
  expect(await ended).toEqual({
    code: 0,
    stderr: '',
    stdout: `${JSON.stringify({ scopes: true, sameKey: true, accepted: 1, code: 'GRAPHQL_VALIDATION_FAILED' })}\nchange ENTERED buyers\ndone\n`,
  });
}

describe('The package @onefold/client', () => {
  it('needs three packages, none of them the server', async () => {
    const [client, project] = await Promise.all(['src/client/package.json', 'package.json'].map(manifest));
    expect(Object.keys(client!.dependencies).sort()).toEqual([
      '@graphql-typed-document-node/core',
      'graphql',
      'graphql-ws',
    ]);
    expect(client!.version).toBe(project!.version);
    const { stdout } = await run('npm', ['ls', '--all', '--parseable'], { cwd: folder });
    expect(stdout.trim().split('\n')).toHaveLength(5);
  });

  it('type-checks in a strict project without Node, and then runs in Node', async () => {
    await run(join(BIN, 'tsc'), ['-p', 'tsconfig.json'], { cwd: folder });
    await writeFile(
      join(folder, 'node.mjs'),
      `const { url, key } = process.env; globalThis.ONEFOLD = { url, key }; await import('./built/program.js');`,
    );
    await expectToWork('node.mjs');
  }, 120_000);

  it('bundles for browsers without a word, and runs where there is nothing of Node', async () => {
    const { stdout, stderr } = await run(
      join(BIN, 'rolldown'),
      [...['program.ts', '--platform', 'browser', '--format', 'esm', '--file', 'bundle.mjs']],
      { cwd: folder },
    );
    expect(`${stdout}${stderr}`).not.toMatch(/warn|error|external/i);
    await expectToWork('page.mjs', ['--experimental-vm-modules', '--no-warnings']);
  }, 120_000);
});
