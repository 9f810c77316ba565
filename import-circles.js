import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const { dirname, join, normalize } = posix;

/**
 * Circles among the imports of files: by values anywhere, and by types across folders. A circle by values depends on
 * which file is loaded first; types may meet, but only where one sees both at a glance.
 * @param {ReadonlyMap<string, string>} sources the text of each file, by its path
 * @returns {{ kind: 'values' | 'types'; files: string[] }[]} each circle once, its files in alphabetical order
 */
export function circlesIn(sources) {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text, sources)]));
  const byValues = circlesOf(imports, ({ isType }) => !isType);
  const all = circlesOf(imports, () => true);
  const acrossFolders = all.filter((files) => new Set(files.map(dirname)).size > 1);
  return [
    ...byValues.map((files) => ({ kind: 'values', files })),
    // One by values is told as such.
    ...acrossFolders
      .filter((files) => !byValues.some((others) => others.join() === files.join()))
      .map((files) => ({ kind: 'types', files })),
  ];
}

function importsOf(path, text, sources) {
  const found = [];
  function visit(node) {
    const name = nameOf(node);
    if (name?.startsWith('.')) {
      const to = normalize(join(dirname(path), name)).replace(/\.js$/, '.ts');
      if (sources.has(to)) found.push({ to, isType: isTypeOnly(node) });
    }
    ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

/** Of what a node imports: a statement, a type such as `import('./a.js').A`, or a call of `import`. */
function nameOf(node) {
  if (ts.isImportTypeNode(node)) return node.argument.literal?.text;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0]?.text;
  return node.moduleSpecifier?.text;
}

function isTypeOnly(node) {
  const { isTypeOnly: isMarked, importClause, exportClause } = node;
  if (ts.isImportTypeNode(node) || isMarked || importClause?.isTypeOnly) return true;
  if (importClause?.name) return false;
  const { elements = [] } = importClause?.namedBindings ?? exportClause ?? {};
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}

/** Groups of files that all reach each other (Tarjan's strongly connected components), of more than one file. */
function circlesOf(imports, counts) {
  const places = new Map();
  const open = [];
  const found = [];
  function visit(file) {
    const place = places.size;
    places.set(file, place);
    open.push(file);
    let lowest = place;
    for (const { to } of imports.get(file).filter(counts)) {
      if (!places.has(to)) lowest = Math.min(lowest, visit(to));
      else if (open.includes(to)) lowest = Math.min(lowest, places.get(to));
    }
    if (lowest === place) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) found.push(circle.sort());
    }
    return lowest;
  }
  for (const file of imports.keys()) if (!places.has(file)) visit(file);
  return found;
}

/** All circles in `src`. */
function circlesInSource() {
  const root = posix.join(import.meta.dirname, 'src');
  const files = readdirSync(root, { recursive: true }).filter((file) => file.endsWith('.ts'));
  return circlesIn(new Map(files.map((file) => [`src/${file}`, readFileSync(`${root}/${file}`, 'utf8')])));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const circles = circlesInSource();
  for (const { kind, files } of circles)
    console.error(
      `These files import each other by ${kind}. Move what they share into a file below them:\n  ${files.join('\n  ')}`,
    );
  process.exitCode = circles.length > 0 ? 1 : 0;
}
