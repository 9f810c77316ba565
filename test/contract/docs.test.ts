import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse, validate } from 'graphql';
import { createSchema } from '../../src/schema.js';

const schema = createSchema();

interface Block {
  file: string;
  line: number;
  text: string;
}

const FILES = [
  ...['README.md', 'CHANGELOG.md', 'src/client/README.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));

const blocks: Block[] = FILES.flatMap((file) => {
  const page = readFileSync(file, 'utf8');
  return [...page.matchAll(/^```graphql\n(.*?)^```$/gms)].map(({ index, 1: text = '' }) => ({
    file,
    line: page.slice(0, index).split('\n').length,
    text,
  }));
});

/** What is wrong with the operations of a block. A block may hold several, each without a name. */
function faultsOf({ text }: Block): string[] {
  const { definitions } = parse(text);
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return definitions
    .filter((definition) => !fragments.includes(definition as never))
    .flatMap((definition) =>
      validate(schema, { kind: Kind.DOCUMENT, definitions: [definition, ...fragments] }).map(
        ({ message }) => message,
      ),
    );
}

it('finds the examples of the documentation', () => {
  expect(blocks.map(({ file }) => file)).toEqual(expect.arrayContaining(['docs/ingest.md', 'docs/runs.md']));
});

it.each(blocks)('the example in $file, line $line, is an operation of the schema', (block) => {
  expect(faultsOf(block)).toEqual([]);
});
