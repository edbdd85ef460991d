import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

/**
 * What starting the command costs: CPU of the whole process (user and system, all threads), against a bare Node and
 * against importing the two packages that reading a spec needs, in the same run.
 *
 *     npm run build && node bench/cli/run.ts [rounds]
 */

interface Case {
  readonly name: string;
  readonly args: readonly string[];
}

const program = 'bin/lakegate.js';
const cases: readonly Case[] = [
  { name: 'bare', args: ['-e', '0'] },
  { name: 'zod and yaml', args: ['--input-type=module', '-e', 'import "zod"; import "yaml"'] },
  { name: '--version', args: [program, '--version'] },
  { name: '--help', args: [program, '--help'] },
  { name: 'check --syntax', args: [program, 'check', '--syntax', '-f', 'examples/hub-router.yaml'] },
  { name: 'check', args: [program, 'check', '-f', 'examples/hub-router.yaml'] },
];

const rounds = Number(process.argv[2] ?? 15);

/** Runs a program to its end. Returns its CPU in seconds, as the kernel counts the children of this process. */
function cpuOf(args: readonly string[]): number {
  const before = childCpu();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return childCpu() - before;
}

/** User and system time of children that have ended (fields 16 and 17 of proc(5)), in seconds. */
function childCpu(): number {
  const [user = 0, system = 0] =
    readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ').slice(13, 15).map(Number) ?? [];
  return (user + system) / ticksPerSecond;
}

const ticksPerSecond = 100;

const times = new Map(cases.map(({ name }) => [name, [] as number[]]));
for (const { args } of cases) cpuOf(args); // what is kept of compiled code is there from the second run on
for (let round = 0; round < rounds; round++) for (const { name, args } of cases) times.get(name)?.push(cpuOf(args));

const sorted = (name: string): readonly number[] => (times.get(name) ?? []).toSorted((a, b) => a - b);
const median = (name: string): number => sorted(name)[Math.floor(rounds / 2)] ?? 0;
const seconds = (n: number | undefined): string => (n ?? 0).toFixed(3);

console.log(
  `Node ${process.version}, ${rounds} rounds, load ${loadavg()
    .map((n) => n.toFixed(1))
    .join(' ')}\n`,
);
console.log('| what | CPU, median s | least | most | times bare | beyond zod and yaml |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const { name } of cases) {
  const all = sorted(name);
  const beyond = median(name) - median('zod and yaml');
  console.log(
    `| ${name} | ${seconds(median(name))} | ${seconds(all[0])} | ${seconds(all.at(-1))} | ${(median(name) / median('bare')).toFixed(1)} | ${beyond > 0 ? seconds(beyond) : '–'} |`,
  );
}
