import { readdir } from 'node:fs/promises';

/** `npm run bench` runs them all, `npm run bench -- ingest --items 100000` one. Figures are ratios within one run. */
const files = await readdir(import.meta.dirname);
const names = files
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -3));
const [wanted] = process.argv.slice(2);
if (wanted === '--help' || (wanted && !wanted.startsWith('-') && !names.includes(wanted))) {
  if (wanted !== '--help') console.error(`There is no benchmark "${wanted}".`);
  console.log(`npm run bench [-- NAME] [options]\n\nBenchmarks: ${names.join(', ')}. Each has --help.`);
  process.exit(wanted === '--help' ? 0 : 1);
}
for (const name of wanted && names.includes(wanted) ? [wanted] : names) {
  const { run } = (await import(`./${name}.ts`)) as { run(args: string[]): Promise<void> };
  await run(process.argv.slice(wanted && names.includes(wanted) ? 3 : 2)).catch((error: Error) => {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) throw error;
    console.error(`${error.message.split('. ')[0]}. npm run bench -- ${name} --help shows the options.`);
    process.exit(1);
  });
}
