import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { printedSchema } from './schema.js';

/** Writes schema.graphql; with --check it only says whether the committed one is the schema of the code. */
const file = fileURLToPath(new URL('../schema.graphql', import.meta.url));
const printed = printedSchema();
if (!process.argv.includes('--check')) {
  await writeFile(file, printed);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== printed) {
  process.stderr.write('schema.graphql is not the schema of the code. Run `npm run schema` and commit it.\n');
  process.exitCode = 1;
}
