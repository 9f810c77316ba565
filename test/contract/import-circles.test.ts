import { describe, expect, it } from '@jest/globals';
// @ts-expect-error -- plain JavaScript, as `npm run check` runs it
import { circlesIn as circlesOf } from '../../import-circles.js';

interface Circle {
  kind: 'values' | 'types';
  files: string[];
}

/** @param sources the text of each file, by its path in src */
function circlesIn(sources: Record<string, string>): Circle[] {
  const paths = Object.entries(sources).map(([path, text]): [string, string] => [`src/${path}`, text]);
  return (circlesOf as (sources: ReadonlyMap<string, string>) => Circle[])(new Map(paths));
}

const values = (...files: string[]): Circle => ({
  kind: 'values',
  files: files.map((file) => `src/${file}`),
});
const types = (...files: string[]): Circle => ({ kind: 'types', files: files.map((file) => `src/${file}`) });

describe('circles among imports', () => {
  it('has none where files import only downwards', () => {
    const found = circlesIn({
      'b/a.ts': `import { b } from './b.js'; export { c } from '../a/c.js';`,
      'b/b.ts': `import { c } from '../a/c.js'; import { sql } from 'kysely';`,
      'a/c.ts': `export const c = 1;`,
    });
    expect(found).toEqual([]);
  });

  it('finds one through imports inside of code, and through types that name a file', () => {
    const byCall = circlesIn({
      'a/a.ts': `export const load = () => import('./b.js');`,
      'a/b.ts': `import { load } from './a.js';`,
    });
    expect(byCall).toEqual([values('a/a.ts', 'a/b.ts')]);
    const byType = circlesIn({
      'a/a.ts': `export type A = import('../b/b.js').B;`,
      'b/b.ts': `import type { A } from '../a/a.js';`,
    });
    expect(byType).toEqual([types('a/a.ts', 'b/b.ts')]);
  });

  it('finds one by values in a folder', () => {
    const found = circlesIn({
      'a/a.ts': `import { b } from './b.js';`,
      'a/b.ts': `import { c } from './c.js';`,
      'a/c.ts': `import { a } from './a.js';`,
      'a/d.ts': `import { a } from './a.js';`,
    });
    expect(found).toEqual([values('a/a.ts', 'a/b.ts', 'a/c.ts')]);
  });

  it('finds one by values that are re-exported, or imported for what they do', () => {
    const found = circlesIn({
      'a/a.ts': `export * from './b.js';`,
      'a/b.ts': `import './a.js';`,
    });
    expect(found).toEqual([values('a/a.ts', 'a/b.ts')]);
  });

  it('takes an import of a value and a type for one of a value', () => {
    const found = circlesIn({
      'a/a.ts': `import { type B, b } from './b.js';`,
      'a/b.ts': `import a from './a.js';`,
    });
    expect(found).toEqual([values('a/a.ts', 'a/b.ts')]);
  });

  it('finds one by types across folders, however they are marked', () => {
    const found = circlesIn({
      'a/a.ts': `import type { B } from './b/b.js';`,
      'a/b/b.ts': `import { type C } from '../../c/c.js';`,
      'c/c.ts': `export type { A } from '../a/a.js';`,
    });
    expect(found).toEqual([types('a/a.ts', 'a/b/b.ts', 'c/c.ts')]);
  });

  it('lets types meet inside one folder', () => {
    const found = circlesIn({
      'a/a.ts': `import type { B } from './b.js';`,
      'a/b.ts': `import { a } from './a.js';`,
    });
    expect(found).toEqual([]);
  });

  it('tells a circle by types that goes on from one by values, and both', () => {
    const found = circlesIn({
      'a/a.ts': `import { b } from './b.js';`,
      'a/b.ts': `import { a } from './a.js'; import type { C } from '../c/c.js';`,
      'c/c.ts': `import { a } from '../a/a.js';`,
    });
    expect(found).toEqual([values('a/a.ts', 'a/b.ts'), types('a/a.ts', 'a/b.ts', 'c/c.ts')]);
  });

  it('tells two circles apart', () => {
    const found = circlesIn({
      'a/a.ts': `import { b } from './b.js'; import { c } from './c.js';`,
      'a/b.ts': `import { a } from './a.js';`,
      'a/c.ts': `import { d } from './d.js';`,
      'a/d.ts': `import { c } from './c.js';`,
    });
    expect(found).toEqual([values('a/c.ts', 'a/d.ts'), values('a/a.ts', 'a/b.ts')]);
  });
});
