import { NODE_FLAGS } from '../../src/node-flags.js';
import { runProgram } from './run-program.js';

/** Prints the flags of the process that ends. One that was replaced does not end. */
const PRINT_FLAGS = `data:text/javascript,process.on('exit',()=>console.error(JSON.stringify(process.execArgv)))`;

async function flagsWith(...args: string[]): Promise<{ flags: string[]; stdout: string }> {
  const { code, stdout, stderr } = await runProgram([
    `--import=${PRINT_FLAGS}`,
    ...args,
    'dist/main.js',
    '--help',
  ]);
  expect(code).toBe(0);
  return { flags: (JSON.parse(stderr) as string[]).slice(1), stdout };
}

it('runs with the flags it needs, however it is started, and passes on its arguments', async () => {
  const { flags, stdout } = await flagsWith();
  expect(flags).toEqual(NODE_FLAGS);
  expect(stdout).toMatch(/^Onefold/);
});

it('leaves the flags that it was given', async () => {
  const { flags } = await flagsWith('--max-semi-space-size=16', '--memory-reducer');
  expect(flags).toEqual([
    '--max-semi-space-size=16',
    '--memory-reducer',
    '--enable-source-maps',
    '--initial-old-space-size=256',
    '--no-allocation-site-pretenuring',
  ]);
});

it('leaves those in NODE_OPTIONS, and takes underscores for hyphens', async () => {
  const { code, stderr } = await runProgram(
    [`--import=${PRINT_FLAGS}`, '--no_memory_reducer', 'dist/main.js', '--help'],
    {
      env: { NODE_OPTIONS: '--max-semi-space-size=16  --enable-source-maps' },
    },
  );
  expect(code).toBe(0);
  expect((JSON.parse(stderr) as string[]).slice(1)).toEqual([
    '--no_memory_reducer',
    '--initial-old-space-size=256',
    '--no-allocation-site-pretenuring',
  ]);
});

it('is not replaced where nothing is missing', async () => {
  const { flags } = await flagsWith(...NODE_FLAGS);
  expect(flags).toEqual(NODE_FLAGS);
});
