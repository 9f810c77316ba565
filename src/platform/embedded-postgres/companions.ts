import { signalProcess } from './processes.js';

/** Servers, by pid, that end when this process does, however it ends, short of being killed. */
export const companions = new Set<number>();

process.once('exit', () => {
  for (const pid of companions) signalProcess(pid, 'SIGQUIT');
});
