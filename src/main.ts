import { nodeOptions } from './config.js';
import { missingFlags } from './node-flags.js';

const missing = missingFlags([...nodeOptions(), ...process.execArgv]);
// The process stays the same one, so whoever started it can signal it and wait for it. Windows and old Node cannot do
// this: there the server runs without the flags.
if (missing.length > 0 && process.platform !== 'win32') {
  const [node = process.execPath, ...program] = process.argv;
  process.execve?.(node, [node, ...process.execArgv, ...missing, ...program]);
}

await import('./run-command.js');
