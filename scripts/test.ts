import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: the checks (types, lint), then every vitest file, then one line `N passed, N failed, N skipped` in which a
 * check counts as one test. Arguments go to vitest: `npm test -- src/router`. With `--no-checks` only the tests run; with
 * `--long` the long runs of test/long instead of all the others.
 */
const given = process.argv.slice(2);
const isLong = given.includes('--long');
const withChecks = !isLong && !given.includes('--no-checks');
const filters = given.filter((argument) => argument !== '--no-checks' && argument !== '--long');

const count = { passed: 0, failed: 0, skipped: 0 };

function step(title: string, command: string, args: readonly string[]): void {
  process.stdout.write(`\n── ${title}\n`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status === 0) count.passed += 1;
  else count.failed += 1;
}

if (withChecks) {
  step('types', 'tsc', []);
  step('types of the page', 'tsc', ['-p', 'src/console/page']);
  step('lint and format', 'biome', ['check', '.', '--diagnostic-level=warn']);
}

const folder = mkdtempSync(join(tmpdir(), 'lakegate-test-'));
const report = join(folder, 'report.json');
try {
  process.stdout.write('\n── tests\n');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters];
  const env = { ...process.env, ...(isLong ? { LAKEGATE_LONG: '1' } : {}) };
  const { status } = spawnSync('vitest', args, { stdio: 'inherit', env });
  const result = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
  count.passed += result.numPassedTests ?? 0;
  count.failed += result.numFailedTests ?? 0;
  count.skipped += (result.numPendingTests ?? 0) + (result.numTodoTests ?? 0);
  // A file that does not load has no test to fail, and an unhandled error belongs to none.
  if (status !== 0 && (result.numFailedTests ?? 0) === 0) count.failed += Math.max(1, result.numFailedTestSuites ?? 0);
} catch (error) {
  process.stderr.write(`the test run left no report: ${String(error)}\n`);
  count.failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
process.exitCode = count.failed === 0 ? 0 : 1;
