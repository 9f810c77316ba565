import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseOptions } from './parse-options.js';
import { printedSchema } from './schema.js';

const HELP = `npm run schema [-- --check]

Writes schema.graphql from the code. With --check it only says whether the committed file is still the same.
`;
const OPTIONS = { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));

async function main(): Promise<void> {
  const { check, help } = parseOptions(process.argv.slice(2), OPTIONS);
  if (help) return void process.stdout.write(HELP);
  const printed = printedSchema();
  if (!check) return writeFile(file, printed);
  if ((await readFile(file, 'utf8').catch(() => '')) === printed) return;
  throw new Error('schema.graphql is not the schema of the code. Run `npm run schema` and commit it.');
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
