/**
 * What the server's Node runs with, however it is started. The sizes are in MB; docs/adr/0026 measured what each of
 * V8's flags is for. They hold from the start of a process, or not at all.
 */
export const NODE_FLAGS = [
  '--enable-source-maps',
  '--max-semi-space-size=64',
  '--initial-old-space-size=256',
  '--no-memory-reducer',
  '--no-allocation-site-pretenuring',
];

/** The flags that a process lacks. Those that it was given with another value stay as they are. */
export function missingFlags(given: readonly string[]): string[] {
  const names = new Set(given.map(nameOf));
  return NODE_FLAGS.filter((flag) => !names.has(nameOf(flag)));
}

function nameOf(flag: string): string {
  const [name = flag] = flag.split('=');
  // V8 takes underscores as well.
  return name.replaceAll('_', '-').replace(/^--no-/, '--');
}
