import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { thisProcess } from '../../src/app/files/index.ts';
import { importsOf, sourceFiles, testFiles } from '../../test/support/imports.ts';
import { instrument, type Mutant } from './mutants.ts';
import { MutationRun } from './mutation-run.ts';
import { mutationPage } from './page.ts';
import { type Judged, keepResults, type Status } from './results.ts';
import { runState } from './state.ts';

/**
 * `npm run test:mutation -- routing`: changes each line of `src/routing` in small ways and says which changes no unit test
 * of that folder notices. `npm run test:mutation -- router/trust.ts` does one file. An interrupted run goes on where it
 * was, as long as no file of the folder has changed. The results of a folder go to `docs/mutation.md`; with `--known` what is
 * known of an interrupted run, without running anything: a mutant that no test has killed so far counts as a survivor.
 */
const [place, option] = process.argv.slice(2);
if (place === undefined) throw new Error('which folder of src? npm run test:mutation -- routing');

const files = place.endsWith('.ts') ? [`src/${place}`] : sourceFiles(`src/${place}`);
const texts = files.map((file) => readFileSync(file, 'utf8'));
const mutants: Mutant[] = [];
const instrumented = new Map<string, string>();
for (const [at, file] of files.entries()) {
  const made = instrument(file, texts[at] ?? '', mutants.length + 1);
  instrumented.set(join(process.cwd(), file), made.text);
  mutants.push(...made.mutants);
}

const tests = testsThatReach(new Set(files), `src/${place.split('/')[0]}`);
print(`${place}: ${mutants.length} mutants in ${files.length} files, judged by ${tests.length} test files`);

const began = performance.now();
const seconds = (): number => Math.round((performance.now() - began) / 1000);
const state = runState(stateFolder());
const scratch = mkdtempSync(join(tmpdir(), 'lakegate-mutation-'));
const run = new MutationRun({ state, scratch, tests, instrumented, mutants });
const ticking = setInterval(() => {
  const { killed, secondsLeft } = run.progress();
  print(`${seconds()} s: ${killed} of ${mutants.length} killed; tests of at most ${secondsLeft} s are left`);
}, 15_000);
try {
  if (option !== '--known') await run.toTheEnd();
} finally {
  clearInterval(ticking);
  rmSync(scratch, { recursive: true, force: true });
  rmSync(join(state.folder, 'running'), { force: true });
}
report();

/** Unit tests of a folder that import a changed file, directly or through others. */
function testsThatReach(changed: ReadonlySet<string>, folder: string): string[] {
  const imported = new Map<string, string[]>();
  const reach = (file: string, seen: Set<string>): Set<string> => {
    if (seen.has(file) || !file.endsWith('.ts')) return seen;
    seen.add(file);
    const next = imported.get(file) ?? importsOf(file).flatMap(({ to, form }) => (to && form !== 'type' ? [to] : []));
    imported.set(file, next);
    for (const to of next) reach(to, seen);
    return seen;
  };
  return testFiles(folder).filter((test) => [...reach(test, new Set())].some((file) => changed.has(file)));
}

/** Where this run keeps what it knows. What was known of other versions of the files is of no use: it goes. */
function stateFolder(): string {
  const folder = resolve('.mutation', (place ?? '').replaceAll('/', '+'));
  const runningFile = join(folder, 'running');
  const other = existsSync(runningFile) ? Number(readFileSync(runningFile, 'utf8')) : undefined;
  if (other !== undefined && thisProcess.isRunning(other)) throw new Error(`process ${other} runs the same: ${place}`);
  const hash = createHash('sha256');
  for (const text of [JSON.stringify(mutants), ...texts, ...tests.map((file) => readFileSync(file, 'utf8'))])
    hash.update(text).update('\0');
  const version = hash.digest('hex');
  const versionFile = join(folder, 'version');
  const isSame = existsSync(versionFile) && readFileSync(versionFile, 'utf8') === version;
  if (!isSame) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(versionFile, version);
  writeFileSync(runningFile, String(process.pid));
  return folder;
}

function report(): void {
  const killers = run.killers();
  const passed = run.passed();
  const statusOf = (id: number): Status => (killers.has(id) ? 'killed' : passed.has(id) ? 'survived' : 'not reached');
  const judged: Judged[] = mutants.map((mutant) => ({
    ...mutant,
    status: statusOf(mutant.id),
    ...(killers.has(mutant.id) ? { by: killers.get(mutant.id) } : {}),
  }));
  for (const { status, file, line, operator, original, replacement } of judged)
    if (status !== 'killed') print(`${file}:${line} ${status} ${operator}: ${short(original)} → ${short(replacement)}`);
  writeFileSync(`.mutation/${(place ?? '').replaceAll('/', '+')}.json`, JSON.stringify(judged, null, 1));
  writeFileSync('docs/mutation.md', mutationPage(keepResults(judged)));
  const share = ((killers.size / Math.max(1, mutants.length)) * 100).toFixed(1);
  print(`${place}: ${killers.size} of ${mutants.length} killed (${share} %) in ${seconds()} s`);
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 67)}…` : line || 'nothing';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
