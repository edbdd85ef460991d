import { type OutputChunk, type RolldownOptions, rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import configs from '../../rolldown.config.ts';

interface Bundle {
  readonly chunks: readonly OutputChunk[];
  /** Folders of src with at least one module in it, and packages. */
  readonly holds: readonly string[];
  readonly bytes: number;
}

async function bundle(config: RolldownOptions): Promise<Bundle> {
  const build = await rolldown(config);
  try {
    const output = Array.isArray(config.output) ? config.output[0] : config.output;
    const made = (await build.generate({ ...output, sourcemap: false, cleanDir: false })).output;
    const chunks = made.filter((one) => one.type === 'chunk');
    const holds = new Set(chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => placeOf(id) ?? [])));
    return { chunks, holds: [...holds].sort(), bytes: chunks.reduce((sum, { code }) => sum + code.length, 0) };
  } finally {
    await build.close();
  }
}

/** `src/router` of a module in src, the name of a package, nothing for what the bundler adds. */
function placeOf(id: string): string | undefined {
  const [, installed] = id.split(/.*\/node_modules\//);
  if (installed !== undefined) return installed.split('/', installed.startsWith('@') ? 2 : 1).join('/');
  return /\/(src\/[^/]+)\//.exec(id)?.[1];
}

const [command, page, router] = await Promise.all((configs as RolldownOptions[]).map(bundle));

test('the page of the console holds itself and preact, and what it takes from elsewhere in src are types', () => {
  expect(page?.holds).toEqual(['preact', 'src/console']);
  expect(page?.chunks.map(({ fileName }) => fileName)).toEqual(['page.js']);
  expect(page?.chunks[0]?.imports).toEqual([]);
});

test('the router that machines run alone holds the router and what it stands on, nothing of planning or of a cloud', () => {
  expect(router?.holds.filter((place) => place.startsWith('src/'))).toEqual([
    'src/app',
    'src/cli',
    'src/diagnostics',
    'src/ir',
    'src/pki',
    'src/router',
    'src/routing',
  ]);
});

test('the router brings only the packages that it needs', () => {
  expect(router?.holds.filter((place) => !place.startsWith('src/'))).toEqual([
    '@pinojs/redact',
    'atomic-sleep',
    'commander',
    'ipaddr.js',
    'on-exit-leak-free',
    'pino',
    'pino-std-serializers',
    'quick-format-unescaped',
    'safe-stable-stringify',
    'sonic-boom',
    'thread-stream',
    'zod',
  ]);
});

/** A router machine fetches it at each start. 810 kB in November 2026, of which zod is 186, commander 100 and HTTP/2 20. */
const routerKilobytesMax = 900;

test('the router is small', () => {
  expect(router?.bytes).toBeLessThan(routerKilobytesMax * 1_000);
});

test('the command brings only the packages that nearly every start loads: npm installs the others, as package.json pins them', () => {
  expect(command?.holds.filter((place) => !place.startsWith('src/'))).toEqual([
    'commander',
    'ipaddr.js',
    'yaml',
    'zod',
  ]);
});

/** What a chunk loads at once, through all chunks that it imports without `import()`. */
function loads(chunk: OutputChunk | undefined, seen = new Set<OutputChunk>()): readonly string[] {
  if (chunk && !seen.has(chunk)) {
    seen.add(chunk);
    for (const file of chunk.imports)
      loads(
        command?.chunks.find(({ fileName }) => fileName === file),
        seen,
      );
  }
  return [...new Set([...seen].flatMap((one) => one.moduleIds.flatMap((id) => placeOf(id) ?? [])))].sort();
}

const chunkOf = (file: string) => command?.chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(file)));

const heavy = ['src/planner', 'src/router', 'src/emit', 'src/lab', 'src/aws', 'src/databricks', 'src/sim'];

test('the command starts with little: each of its commands loads what it needs', () => {
  const start = loads(command?.chunks.find(({ isEntry }) => isEntry));
  expect(start.filter((place) => [...heavy, 'src/spec'].includes(place))).toEqual([]);
});

/** Packages and parts of Node that a chunk loads at once, with all chunks that it imports without `import()`. */
function loadsFromOutside(chunk: OutputChunk | undefined, seen = new Set<OutputChunk>()): readonly string[] {
  if (!chunk || seen.has(chunk)) return [];
  seen.add(chunk);
  const found = chunk.imports.flatMap((file) => {
    const next = command?.chunks.find(({ fileName }) => fileName === file);
    return next ? loadsFromOutside(next, seen) : [file];
  });
  return [...new Set(found)].sort();
}

test('`--version` loads the entry alone, `--help` commander, and neither a command', () => {
  const entry = command?.chunks.find(({ isEntry }) => isEntry);
  expect(loadsFromOutside(entry)).toEqual([]);
  expect(loads(entry).filter((place) => place !== 'src/cli')).toEqual([]);
  expect(loadsFromOutside(chunkOf('/src/cli/parse.ts')).filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect(loads(chunkOf('/src/cli/parse.ts')).filter((place) => !place.startsWith('src/'))).toEqual(['commander']);
  expect(loads(chunkOf('/src/cli/run.ts')).filter((place) => [...heavy, 'src/spec'].includes(place))).toEqual([]);
});

test('`check` loads no package but those that read a spec', () => {
  const chunk = chunkOf('/src/cli/commands/check.ts');
  expect(loadsFromOutside(chunk).filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect(loads(chunk).filter((place) => !place.startsWith('src/'))).toEqual(['ipaddr.js', 'yaml', 'zod']);
});

test('`check` loads what plans, and with a plan what makes Terraform, because it says what they refuse, and no router, lab or SDK', () => {
  const heavyOf = (file: string) => loads(chunkOf(file)).filter((place) => heavy.includes(place));
  expect(heavyOf('/src/cli/commands/check.ts')).toEqual(['src/planner']);
  expect(heavyOf('/src/app/synth/write-terraform.ts')).toEqual(['src/emit', 'src/planner']);
});
