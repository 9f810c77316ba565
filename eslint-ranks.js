import { dirname, join, relative, resolve, sep } from 'node:path';

/** Lowest first: a folder may import only from the lines above its own. */
const RANKS = [
  ['platform'],
  ['definitions'],
  ['access'],
  ['runs'],
  ['profiles'],
  ['identity', 'consent', 'organizations', 'documents'],
  ['events'],
  ['rules'],
  ['derived'],
  ['segments'],
  ['ingest'],
  ['search', 'views', 'webhooks'],
  ['exports', 'imports'],
  ['syncs', 'trackers', 'journeys', 'privacy', 'client'],
];
const TOP = RANKS.length; // app, schema, main, workers: the files directly in src
const SRC = join(import.meta.dirname, 'src');

const messages = {
  unknown: 'src/{{to}} has no rank. Add it to RANKS in eslint-ranks.js, after all that it imports.',
  higher: `{{from}} may not import {{to}}, which ranks above it. Let {{to}} add its part from its own folder, \
take what you need as an argument, or move the shared code into a lower feature.`,
  peer: `{{from}} and {{to}} are peers and may not import each other. Move what both need into a lower \
feature, or join them in a higher one.`,
  deep: 'Import {{to}} through {{doors}}: export there what you need.',
  config:
    "config.ts is read only by files directly in src. Use 'import type' and take the value as an argument.",
  client: 'src/client stands alone. Generate what it needs from the schema into src/client/generated.',
  graphql: `Only .resolver, .type, .input and .loader files, index.ts and feature.ts know GraphQL. Take and return plain \
values here, and move the GraphQL part to such a file.`,
};

/** Folder in src (`src` for files directly in it), rank and path in that folder; undefined outside src. */
function locate(file) {
  const [first, ...rest] = relative(SRC, file.replace(/\.[cm]?[jt]sx?$/, '')).split(sep);
  if (first === '..') return undefined;
  if (rest.length === 0) return { folder: 'src', rank: TOP, path: first };
  return { folder: first, rank: RANKS.findIndex((folders) => folders.includes(first)), path: rest.join('/') };
}

function mayEnter(from, to) {
  if (to.path === 'index') return true;
  if (to.folder === 'platform') return /^[^/]+\/index$/.test(to.path);
  if (from.rank === TOP) return /\.(resolver|type|input)$|^feature$/.test(to.path);
  return /\.(resolver|type|input)$/.test(from.path) && to.path.endsWith('.type');
}

function breach(from, to, typeOnly) {
  if (to.folder === from.folder) return undefined;
  if (from.folder === 'client') return 'client';
  if (to.folder === 'src' && to.path === 'config') return typeOnly ? undefined : 'config';
  if (to.folder === 'src' && to.path === 'feature' && typeOnly) return undefined;
  if (to.rank === -1) return 'unknown';
  if (to.rank > from.rank) return 'higher';
  if (to.rank === from.rank) return 'peer';
  return mayEnter(from, to) ? undefined : 'deep';
}

const knowsGraphQL = ({ folder, path }) =>
  ['src', 'platform', 'client'].includes(folder) ||
  /(^|\/)(index|feature)$|\.(resolver|type|input|loader)$/.test(path);

const isTypeOnly = ({ type, importKind, exportKind, specifiers = [] }) =>
  type === 'TSImportType' ||
  [importKind, exportKind].includes('type') ||
  (specifiers.length > 0 && specifiers.every((one) => (one.importKind ?? one.exportKind) === 'type'));

const IMPORTS =
  'ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration, ImportExpression, TSImportType';

export const importRanks = {
  meta: { type: 'problem', schema: [], messages },
  create(context) {
    const from = locate(context.filename);
    if (!from || /\.(test|spec)$/.test(from.path)) return {};
    const report = (node, messageId, data) => context.report({ node, messageId, data });
    if (from.rank === -1) return { Program: (node) => report(node, 'unknown', { to: from.folder }) };

    function check(node) {
      const name = node.source?.value;
      if (typeof name !== 'string') return;
      if (/^(type-)?graphql(\/|$)/.test(name) && !knowsGraphQL(from)) report(node.source, 'graphql');
      const to = name.startsWith('.') ? locate(resolve(dirname(context.filename), name)) : undefined;
      const messageId = to && breach(from, to, isTypeOnly(node));
      if (!messageId) return;
      const doors = `${to.folder}/index.js${to.folder === 'platform' ? ' or platform/<part>/index.js' : ''}`;
      const shown = to.folder === 'src' ? `src/${to.path}.ts` : to.folder;
      report(node.source, messageId, { from: from.folder, to: shown, doors });
    }
    return { [IMPORTS]: check };
  },
};
