import { nodeOptions } from './config.js';
import { missingFlags } from './node-flags.js';

const missing = missingFlags([...nodeOptions(), ...process.execArgv]);
// The process keeps its id, so its parent can signal it and wait for it. Windows and old versions of Node cannot replace
// a process: there the server runs without the flags.
if (missing.length > 0 && process.platform !== 'win32') {
  const [node = process.execPath, ...program] = process.argv;
  process.execve?.(node, [node, ...process.execArgv, ...missing, ...program]);
}

await import('./run-command.js');
