import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

/** How a file names another. A type import and `import('…').Name` are erased before the code runs; the others load the file. */
type ImportForm = 'static' | 'type' | 'dynamic';

interface Import {
  /** Path of the importing file from the root of the repository, with `/`. */
  readonly from: string;
  /** The text between the quotes: `./plan.ts`, `node:fs`, `zod`. */
  readonly specifier: string;
  /** Path from the root of the repository of the file that it names; absent for a package and a part of Node. */
  readonly to: string | undefined;
  readonly form: ImportForm;
}

/** Every TypeScript file below a folder, tests left out, as a path from the root of the repository with `/`. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !isTestFile(file))
    .map((file) => posix.join(folder, file.split(sep).join('/')))
    .sort();
}

/** Every test file below a folder, in the same form. */
export function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(isTestFile)
    .map((file) => posix.join(folder, file.split(sep).join('/')))
    .sort();
}

const isTestFile = (file: string): boolean => file.endsWith('.test.ts');

/**
 * Every import of a file in each form that TypeScript has: `import`, `export … from`, `import type`, `import()` with a
 * literal, `import('…').Name` in a type, `import x = require()`, `require()` and `require.resolve()`, and files that are
 * started by their URL (`new URL('./worker.ts', import.meta.url)`).
 */
export function importsOf(file: string): Import[] {
  return readImports(file, readFileSync(file, 'utf8'));
}

/** The same, of a text: for the tests of this reader. */
export function readImports(file: string, text: string): Import[] {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const found: Import[] = [];
  const add = (source: unknown, form: ImportForm): void => {
    const specifier = literal(source);
    if (specifier !== undefined) found.push({ from: file, specifier, to: target(file, specifier), form });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type' ? 'type' : 'static'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    ImportExpression: (node) => add(node.source, 'dynamic'),
    TSImportType: (node) => add(node.source, 'type'),
    TSExternalModuleReference: (node) => add(node.expression, 'static'),
    CallExpression(node) {
      const { callee } = node;
      const called = callee.type === 'MemberExpression' ? callee.object : callee;
      if (called.type === 'Identifier' && called.name === 'require') add(node.arguments[0], 'static');
    },
    NewExpression(node) {
      const [path, base] = node.arguments;
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'URL' || base?.type !== 'MemberExpression') return;
      if (base.object.type === 'MetaProperty') add(path, 'dynamic');
    },
  }).visit(program);
  return found;
}

function literal(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('type' in node)) return undefined;
  if (node.type === 'Literal' && 'value' in node && typeof node.value === 'string') return node.value;
  if (node.type === 'TSLiteralType' && 'literal' in node) return literal(node.literal);
  if (node.type === 'TemplateLiteral' && 'quasis' in node && Array.isArray(node.quasis) && node.quasis.length === 1)
    return String(node.quasis[0]?.value?.cooked);
  return undefined;
}

function target(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return relative('.', resolve(dirname(file), specifier))
    .split(sep)
    .join('/');
}

/** Circles of files, each once, its files in order. */
export function circles(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(
    imports.filter((one) => one.to !== undefined),
    (one) => one.from,
  );
  const order = new Map<string, { index: number; low: number }>();
  const stack: string[] = [];
  const found: string[][] = [];
  // Tarjan's strongly connected components: the depth is that of the import graph, some dozens.
  const visit = (file: string): { index: number; low: number } => {
    const mark = { index: order.size, low: order.size };
    order.set(file, mark);
    stack.push(file);
    for (const { to = '' } of next.get(file) ?? []) {
      const seen = order.get(to);
      if (!seen) mark.low = Math.min(mark.low, visit(to).low);
      else if (stack.includes(to)) mark.low = Math.min(mark.low, seen.index);
    }
    if (mark.low === mark.index) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1 || (next.get(file) ?? []).some(({ to }) => to === file)) found.push(circle.sort());
    }
    return mark;
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** Folders that are imported through their index.ts alone: it begins with the sentence that says what the folder is. */
export function closedFolders(files: readonly string[]): string[] {
  return files
    .filter((file) => file.endsWith('/index.ts') && /^\/\*\*\n \* [\w/-]+: /.test(readFileSync(file, 'utf8')))
    .map((file) => file.slice(0, -'/index.ts'.length))
    .sort((one, other) => one.length - other.length);
}
