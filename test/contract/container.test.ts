import { access, readFile } from 'node:fs/promises';

const read = (file: string) => readFile(file, 'utf8');

/** The last instruction of this name, such as `CMD`. */
function instruction(dockerfile: string, name: string): string {
  return dockerfile
    .split('\n')
    .findLast((line) => line.startsWith(`${name} `))!
    .slice(name.length + 1);
}

describe('The container', () => {
  it('runs the server exactly as `npm start` does, with Node itself as the first process', async () => {
    const command = JSON.parse(instruction(await read('Dockerfile'), 'CMD')) as string[];
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: { start: string } };
    expect(`exec ${command.join(' ')}`).toBe(scripts.start);
  });

  it('does not run as root', async () => {
    expect(instruction(await read('Dockerfile'), 'USER')).toBe('node');
  });

  it('has the Node that this project is developed with', async () => {
    const { devDependencies } = JSON.parse(await read('package.json')) as {
      devDependencies: { node: string };
    };
    const [major] = devDependencies.node.split('.');
    expect((await read('.nvmrc')).trim()).toBe(major);
    const images = [...(await read('Dockerfile')).matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(images).toEqual([`node:${major}-slim`, `node:${major}-slim`]);
  });

  it('is built only from files that there are, and never from what somebody has lying about', async () => {
    const lines = (await read('.dockerignore')).split('\n').filter((line) => line && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const sent = lines.slice(1).map((line) => line.replace(/^!/, ''));
    await Promise.all(sent.map((file) => access(file)));
    for (const secret of ['.onefold', '.git', 'node_modules', 'dist', '.env'])
      expect(sent).not.toContain(secret);
  });

  it('is what docker-compose starts, built from this folder and with nothing of it mounted', async () => {
    const compose = await read('docker-compose.yml');
    const [, onefold] = /\n {2}onefold:\n([^]*?)\n {2}postgres:/.exec(compose)!;
    expect(onefold).toMatch(/^ {4}build: \.$/m);
    expect(onefold).not.toMatch(/image:|command:|volumes:|healthcheck:/);
  });
});
