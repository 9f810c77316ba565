import { readFile } from 'node:fs/promises';
import { CONFIG_SCHEMA, ConfigError, readConfig } from '../../src/config.js';
import { ERRORS, OnefoldError } from '../../src/platform/index.js';

/** What a page describes: `### NAME` headings and rows of tables that begin with `NAME`. */
async function namesIn(page: string): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/^(?:#{2,4} +`?|\| *`)([A-Z][A-Z0-9_]+)`?(?: *\||\s*$)/gm)].map(
    (match) => match[1] ?? '',
  );
}

describe('the error catalogue', () => {
  it('is what docs/errors.md describes, each code once', async () => {
    expect((await namesIn('docs/errors.md')).sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it.each(Object.entries(ERRORS))('says with %s what to do about it', (code, { message, status }) => {
    expect(message).toMatch(/^[A-Z`].*\.$/s);
    // What is wrong, or where it belongs, in one sentence; only plain ones ("is required") leave it at that.
    expect(message.length).toBeGreaterThan(20);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(600);
    const error = new OnefoldError(code as keyof typeof ERRORS);
    expect([error.code, error.message, error.status]).toEqual([code, message, status]);
  });
});

describe('the settings', () => {
  it('are what docs/configuration.md describes, each once', async () => {
    expect((await namesIn('docs/configuration.md')).sort()).toEqual(Object.keys(CONFIG_SCHEMA.shape).sort());
  });

  it('have the defaults that the page says; what has none (–) may be absent', async () => {
    const page = await readFile('docs/configuration.md', 'utf8');
    const told = [...page.matchAll(/^\| *`([A-Z_]+)` *\| *([^|]*?) *\|/gm)].map(([, name, text]) => [
      name,
      text,
    ]);
    const defaults = Object.entries(CONFIG_SCHEMA.shape).map(([name, setting]) => {
      const value = setting.safeParse(undefined).data;
      return [name, value === undefined ? '–' : String(value).replace(`${process.cwd()}/`, '')];
    });
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(defaults));
  });

  it('take an empty variable for one that is not set', () => {
    expect(readConfig({ PORT: '', REDIS_URL: '', DATABASE_URL: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '4000.5'],
    ['DATABASE_URL', 'mysql://localhost/onefold'],
    ['DATABASE_URL', 'localhost:5432'],
    ['REDIS_URL', 'http://localhost:6379'],
    ['LOG_LEVEL', 'loud'],
    ['DATABASE_POOL_SIZE', '0'],
    ['INGEST_CONCURRENCY', '65'],
    ['LINGER_MS', '60001'],
    ['GRAPHIQL', 'perhaps'],
    ['INTROSPECTION', 'perhaps'],
    ['ALLOWED_ORIGINS', 'app.example.com'],
    ['ALLOWED_ORIGINS', 'https://app.example.com/page'],
    ['ALLOWED_ORIGINS', 'https://a.example.com https://b.example.com'],
    ['ALLOWED_HOSTS', 'https://onefold.example.com'],
    ['ALLOWED_HOSTS', 'onefold.example.com:4000'],
    ['ALLOWED_HOSTS', 'a.example.com b.example.com'],
  ])('refuse %s=%s, and say which one, why, and how to fix it', (name, value) => {
    const attempt = () => readConfig({ [name]: value });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(
      new RegExp(`The configuration cannot be used:[^]*${name}[^]*docs/configuration.md`),
    );
  });

  it('read lists as browsers write what stands in them', () => {
    const read = readConfig({
      ALLOWED_ORIGINS: ' https://App.example.com:443, http://localhost:5173/ ,capacitor://localhost,*, ',
      ALLOWED_HOSTS: 'Onefold.example.com, onefold , [fd00::1],*',
    });
    expect([read.ALLOWED_ORIGINS, read.ALLOWED_HOSTS]).toEqual([
      ['https://app.example.com', 'http://localhost:5173', 'capacitor://localhost', '*'],
      ['onefold.example.com', 'onefold', '[fd00::1]', '*'],
    ]);
  });

  it('name all that are wrong at once, and never repeat a password', () => {
    const attempt = () =>
      readConfig({ PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'mysql://root:hunter2@localhost/db' });
    expect(attempt).toThrow(/PORT[^]*LOG_LEVEL|LOG_LEVEL[^]*PORT/);
    expect(attempt).not.toThrow(/hunter2/);
  });
});
