import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd, expectNoErrors, gql, ingest, startServer } from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { Program } from '../real-data/processes.js';
import { runProgram } from '../start/run-program.js';
import type { Ended } from '../start/run-program.js';

const demo = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  runProgram(['examples/demo/main.ts', '--customers', '3', ...args], { env });

/** A server with its embedded database, on any free port, as `npm start` runs it. */
async function startEmbedded(): Promise<{ directory: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'onefold-demo-'));
  const program = await Program.start(process.execPath, ['dist/main.js'], {
    env: { PORT: '0', LOG_LEVEL: 'warn', ONEFOLD_DIR: directory },
    readyText: 'Onefold is ready',
  });
  atEnd(async () => {
    await program.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return { directory, stop: () => program.stop() };
}

/** What the README has its reader send. */
async function readmeItems(): Promise<ItemInput[]> {
  const readme = await readFile('README.md', 'utf8');
  const [, items] = /"variables": \{ "input": \{ "items": (\[[^]*?\]) \} \} \}'/.exec(readme) ?? [];
  return JSON.parse(items ?? '') as ItemInput[];
}

async function personAt(server: TestServer, namespace: string, value: string) {
  const answer = await gql(
    server,
    `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) {
      id name identifiers { nodes { namespace: namespaceKey value } } attributes { key value } events { nodes { type properties } } } }`,
    { namespace, value },
  );
  const { id, ...person } = expectNoErrors(answer).profileByIdentifier;
  return { id: id as string, person: person as object };
}

describe('The demo', () => {
  it('finds the server that runs in its folder, whatever its port, and says so when it runs no more', async () => {
    const { directory, stop } = await startEmbedded();
    const sent = await demo([], { ONEFOLD_DIR: directory });
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    const url = (await readFile(join(directory, 'server-url'), 'utf8')).trim();
    expect(sent.stdout).toContain(`Look at customer demo-1 in GraphiQL: ${url}/`);

    await stop();
    await expect(readFile(join(directory, 'server-url'))).rejects.toMatchObject({ code: 'ENOENT' });
    const refused = await demo([], { ONEFOLD_DIR: directory, PORT: '1' });
    expect(refused.stderr).toMatch(/127\.0\.0\.1:1\/graphql cannot be reached[^]*npm start[^]*--url/);
    expect(refused.code).toBe(1);
  }, 120_000);

  it.each([
    [[], {}, 'There is no API key'],
    [['--key', 'of_x', '--url', 'nowhere'], {}, 'is not an address such as http://'],
    [['--key', 'of_x', '--url', 'ftp://127.0.0.1/'], {}, 'is not an address such as http://'],
    [['--key', 'of_x'], { PORT: '1' }, 'Start it with `npm start` in another terminal'],
    [['--nope'], {}, "Unknown option '--nope'. --help shows the options."],
    [['--customers', 'many'], {}, 'give a whole number from 1'],
  ])('says after %j with %j what to do, in a line or two', async (args, env, said) => {
    const { code, stderr } = await demo(args, { ONEFOLD_DIR: '/nowhere', ...env });
    expect(stderr).toContain(said);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(code).toBe(1);
  });

  it('explains that a key is not one of the server', async () => {
    const server = await startServer();
    const { code, stderr } = await demo(['--url', server.url, '--key', 'of_unknown']);
    expect(stderr).toMatch(/The key came from --key, from ONEFOLD_KEY or from/);
    expect(code).toBe(1);
  });

  it("has the same showcase customer whether the README's example was sent before it, after it or never", async () => {
    const items = await readmeItems();
    const shown: object[] = [];
    for (const order of ['never', 'before', 'after']) {
      const server = await startServer();
      if (order === 'before') await ingest(server, items);
      const sent = await demo(['--url', server.url, '--key', server.key]);
      expect(sent).toMatchObject({ code: 0, stderr: '' });
      if (order === 'after') await ingest(server, items);
      const showcase = await personAt(server, 'external', 'demo-1');
      shown.push(showcase.person);
      if (order === 'never') continue;
      for (const { namespace, value } of items.flatMap((item) => item.identifiers)) {
        const reader = await personAt(server, namespace, value);
        expect(reader.id).not.toBe(showcase.id);
        expect(reader.person).toMatchObject({ name: 'Ada', identifiers: { nodes: { length: 2 } } });
      }
    }
    expect(shown[0]).toMatchObject({ name: 'Ada Lovelace', identifiers: { nodes: { length: 4 } } });
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
  }, 120_000);
});
