import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createSegment, event, expectNoErrors, gql, newKey, seed, startServer } from '../kit/index.js';
import { runProgram } from '../start/run-program.js';

const run = promisify(execFile);
const BIN = resolve('node_modules/.bin');

/** The back office of a shop: it knows the API from `schema.graphql` alone. */
const PROGRAM = `
import { createClient } from '@onefold/client';
import { graphql } from './gql/index.js';
import type { CustomerQuery } from './gql/graphql.js';

declare const ONEFOLD: { url: string; key: string; masked: string };

const shop = createClient({ url: ONEFOLD.url, apiKey: ONEFOLD.key, retryForMs: 0 });
const clerk = createClient({ url: ONEFOLD.url, apiKey: ONEFOLD.masked, retryForMs: 0 });

const Customer = graphql(\`
  query Customer($value: String!, $first: Int!, $after: String) {
    profileByIdentifier(namespace: "external", value: $value) {
      id
      identifiers(first: $first, after: $after) {
        edges { cursor node { id value isMasked namespaceKey namespace { label } } }
        pageInfo { endCursor hasNextPage }
      }
      channels(first: 10) { nodes { type endpoint isMasked } pageInfo { hasNextPage } }
      segments(first: 10) { edges { enteredAt node { segment { key name } } } pageInfo { hasNextPage } }
      events(first: 10) { nodes { type occurredAt profile { id } } pageInfo { hasNextPage } }
    }
  }
\`);
type Profile = NonNullable<CustomerQuery['profileByIdentifier']>;

const EditSegment = graphql(\`
  query EditedSegment($key: String!) { segment(key: $key) { key name updatedAt } }
\`);
const SaveSegment = graphql(\`
  mutation SaveSegment($input: UpdateSegmentInput!) {
    updateSegment(input: $input) { segment { name updatedAt } userErrors { code message path } }
  }
\`);
const RemoveIdentifier = graphql(\`
  mutation RemoveIdentifier($input: RemoveIdentifierInput!) {
    removeIdentifier(input: $input) { profile { id } userErrors { code message path } }
  }
\`);
const DeleteTag = graphql(\`
  mutation DeleteTag($input: DeleteTagInput!) {
    deleteTag(input: $input) {
      deletedId
      deletedKey
      userErrors { code message path subjects { __typename id ... on Segment { key name } } }
    }
  }
\`);

async function customer(first: number, after: string | null, by = shop): Promise<Profile> {
  const { profileByIdentifier } = await by.execute(Customer, { value: 'customer-7', first, after });
  if (!profileByIdentifier) throw new Error('nobody');
  return profileByIdentifier;
}

const identifiers: string[] = [];
let pages = 0;
for (let after: string | null = null, more = true; more;) {
  const page: Profile['identifiers'] = (await customer(2, after)).identifiers;
  identifiers.push(...page.edges.map(({ node }) => \`\${node.namespaceKey} \${node.value} (\${node.namespace.label})\`));
  pages += 1;
  after = page.pageInfo.endCursor;
  more = page.pageInfo.hasNextPage;
}
const ada = await customer(10, null);
const page = {
  pages,
  identifiers: identifiers.sort(),
  channels: ada.channels.nodes.map(({ type, endpoint, isMasked }) => ({ type, endpoint, isMasked })),
  segments: ada.segments.edges.map(({ enteredAt, node }) => ({ key: node.segment.key, entered: Date.parse(enteredAt) > 0 })),
  events: ada.events.nodes.map(({ type, profile }) => ({ type, isHers: profile?.id === ada.id })),
};

const { segment } = await shop.execute(EditSegment, { key: 'buyers' });
if (!segment) throw new Error('no segment');
const save = async (name: string) => {
  const { updateSegment } = await shop.execute(SaveSegment, { input: { key: 'buyers', name, ifUnchangedSince: segment.updatedAt } });
  return { name: updateSegment?.segment?.name ?? null, codes: updateSegment?.userErrors.map(({ code }) => code) ?? [] };
};
const edits = [await save('Those who buy'), await save('Customers')];
const after = await shop.execute(EditSegment, { key: 'buyers' });

const seen = (await customer(10, null, clerk)).identifiers.edges.map(({ node }) => node);
const email = seen.find(({ namespaceKey }) => namespaceKey === 'email');
if (!email) throw new Error('no email');
const { removeIdentifier } = await clerk.execute(RemoveIdentifier, { input: { id: email.id } });
const left = (await customer(10, null)).identifiers.edges.map(({ node }) => node.namespaceKey).sort();
const removal = { value: email.value, isMasked: email.isMasked, userErrors: removeIdentifier?.userErrors, left };

const { deleteTag } = await shop.execute(DeleteTag, { input: { key: 'vip' } });
const [refusal] = deleteTag?.userErrors ?? [];
const links = refusal?.subjects?.map((subject) => (subject.__typename === 'Segment' ? \`/segments/\${subject.key}\` : subject.id));

// @ts-expect-error: what is asked for is typed
void ada.nothing;
console.log(JSON.stringify({ page, edits, name: after.segment?.name, removal, deletion: { code: refusal?.code, links, deletedId: deleteTag?.deletedId } }));
`;

const CODEGEN = {
  schema: 'schema.graphql',
  documents: 'program.ts',
  emitLegacyCommonJSImports: false,
  importExtension: '.js',
  generates: {
    'gql/': {
      preset: resolve('node_modules/@graphql-codegen/client-preset'),
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string', Decimal: 'string', JSON: 'unknown', Rule: 'unknown' },
      },
    },
  },
};

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022', 'dom', 'dom.asynciterable'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    outDir: 'built',
  },
  include: ['program.ts', 'gql'],
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onefold-outside-'));
  await run('npm', ['run', '--silent', 'pack:client', '--', '--pack-destination', folder]);
  const { version } = JSON.parse(await readFile('src/client/package.json', 'utf8')) as { version: string };
  await copyFile('schema.graphql', join(folder, 'schema.graphql'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  await writeFile(join(folder, 'codegen.json'), JSON.stringify(CODEGEN));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await writeFile(
    join(folder, 'main.mjs'),
    `const { url, key, masked } = process.env; globalThis.ONEFOLD = { url, key, masked }; await import('./built/program.js');`,
  );
  const tarball = `./onefold-client-${version}.tgz`;
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], { cwd: folder });
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

it('a strict project outside, with types made from schema.graphql, shows customers, edits, removes and deletes', async () => {
  await run(join(BIN, 'graphql-codegen'), ['--config', 'codegen.json'], { cwd: folder });
  await run(join(BIN, 'tsc'), ['-p', 'tsconfig.json'], { cwd: folder });
  const server = await startServer();
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  const tag = await gql(
    server,
    'mutation { defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } } }',
  );
  expectNoErrors(tag);
  await createSegment(server, 'vips', { tag: { key: 'vip' } });
  const ada = { external: 'customer-7', email: 'ada@example.com', device: 'phone-of-ada' };
  const channels = [{ type: 'EMAIL', endpoint: 'ada@example.com' }];
  await seed(server, [event(ada, 'purchase', { total: 12 }, { channels })]);
  const env = { url: server.graphqlUrl, key: server.key, masked: await newKey(server, ['READ', 'MANAGE']) };
  const { code, stdout, stderr } = await runProgram(['main.mjs'], { env, cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    page: {
      pages: 2,
      identifiers: [
        'device phone-of-ada (device)',
        'email ada@example.com (email)',
        'external customer-7 (external)',
      ],
      channels: [{ type: 'EMAIL', endpoint: 'ada@example.com', isMasked: false }],
      segments: [{ key: 'buyers', entered: true }],
      events: [{ type: 'purchase', isHers: true }],
    },
    edits: [
      { name: 'Those who buy', codes: [] },
      { name: null, codes: ['CHANGED_SINCE'] },
    ],
    name: 'Those who buy',
    removal: { value: '***', isMasked: true, userErrors: [], left: ['device', 'external'] },
    deletion: { code: 'DEFINITION_IN_USE', links: ['/segments/vips'], deletedId: null },
  });
}, 120_000);
