import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Given {
  env?: Record<string, string>;
  /** The account that runs it, when it is not to be ours. */
  uid?: number;
  cwd?: string;
}

/** Runs a program of this project to its end, as Node does with `args`, and with nothing of our own environment. */
export async function runProgram(
  args: readonly string[],
  { env = {}, ...options }: Given = {},
): Promise<Ended> {
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(process.execPath, args, { ...options, env: { PATH, HOME, ...env } });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (ended.stdout += String(data)));
  child.stderr.on('data', (data: Buffer) => (ended.stderr += String(data)));
  [ended.code] = (await once(child, 'close')) as [number | null];
  return ended;
}
