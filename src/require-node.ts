import { ConfigError } from './config.js';

/** The oldest that the ORM runs on. */
const OLDEST: readonly [major: number, minor: number] = [22, 17];

/** @throws ConfigError with the remedy when this Node is too old: `npm start` brings its own, `node dist/main.js` does not */
export function requireNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new ConfigError(
    `This is Node ${version}, and Onefold needs ${OLDEST.join('.')} or newer: start it with npm, which runs it on the ` +
      'Node that it installed (npm start).',
  );
}
