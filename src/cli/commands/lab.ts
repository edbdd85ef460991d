import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Made } from '../../app/planning/index.ts';
import { type Diagnostic, usageProblem } from '../../diagnostics/index.ts';
import {
  checkPairs,
  extensions,
  type Lab,
  type LabExtension,
  type LabReport,
  pairsOf,
  recipes,
  reportOf,
  reportText,
  startLab,
} from '../../lab/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import type { Context } from '../context.ts';
import { loadPlan } from '../load-plan.ts';
import { refuse } from '../refuse.ts';

export const lab = command({
  name: 'lab',
  summary: 'Run the plan on this machine and check every connection, without a cloud',
  about:
    'Plans the spec, runs the router, simulated endpoints and load balancers and a server for each target on loopback, then lets every workspace call every target. Each allowed pair must be answered by that target’s server, each forbidden one refused with the expected code. Afterwards it stays up and prints how to try it yourself.',
  examples: [
    { line: 'lakegate lab -f examples/hub-router.yaml', does: 'checks, then stays up until Ctrl-C' },
    {
      line: 'lakegate lab -f examples/msk.yaml --once --with kafka',
      does: 'puts real Kafka brokers behind the router',
    },
    { line: 'lakegate lab --once --json', does: 'checks lakegate.yaml and prints the result for a pipeline' },
  ],
  touches: 'network',
  args: {
    file: fileArg,
    'accept-not-yet': acceptNotYetArg,
    once: { kind: 'flag', help: 'check and leave' },
    json: jsonArg,
    with: {
      kind: 'text',
      value: 'NAME',
      many: true,
      help: 'real servers for some target types in place of the lab’s own: kafka (needs Java; see docs/lab.md)',
    },
  },
  async run(values, context) {
    const startMs = performance.now();
    const wanted = await chosen(values.with, context);
    if ('code' in wanted) return refuse(wanted, values.json, context);
    const made = await loadPlan({ ...values, acceptNotYet: values['accept-not-yet'] }, context);
    if (!made) return 1;
    for (const { name, summary } of wanted) context.note(`starting ${name}: ${summary}`);
    const running = await begin(made, wanted, context);
    if ('code' in running) return refuse(running, values.json, context);
    try {
      const report = await check(running, startMs, context);
      if (values.once || context.interrupted.aborted) show(report, values.json, context);
      else await stayUp(running, report, values.json, context);
      return report.failed === 0 && !cutShort(running, report) ? 0 : 1;
    } finally {
      await running.close();
    }
  },
});

/** What `--with` names, loaded; or the problem that a name is unknown. */
async function chosen(names: readonly string[], context: Context): Promise<readonly LabExtension[] | Diagnostic> {
  const known = Object.keys(extensions).sort();
  const found: LabExtension[] = [];
  for (const name of names) {
    const load = Object.hasOwn(extensions, name) ? extensions[name] : undefined;
    if (!load)
      return usageProblem(
        `--with ${name} is not known; ${known.length > 0 ? `there is ${known.join(', ')}` : 'there is none yet'}`,
      );
    found.push(await load(context.cwd, context.env));
  }
  return found;
}

/** Starts the lab, or says why this machine will not have it. */
async function begin(
  { spec, plan }: Made,
  wanted: readonly LabExtension[],
  context: Context,
): Promise<Lab | Diagnostic> {
  try {
    return await startLab({
      spec,
      infra: plan.infra,
      routes: plan.routes,
      extensions: wanted,
      nowMs: Date.now(),
      note: (sentence) => context.note(sentence),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'LG_LAB_NOT_STARTED', severity: 'error', path: [], message };
  }
}

async function check(running: Lab, startMs: number, context: Context): Promise<LabReport> {
  const pairs = pairsOf(running.spec, running.topology);
  context.note(`the lab is up; ${pairs.length} connections to check`);
  const step = Math.max(1, Math.ceil(pairs.length / 4));
  const results = await checkPairs(running, pairs, {
    signal: context.interrupted,
    onDone: (done, all) => {
      if (done % step === 0 || done === all) context.note(`checked ${done} of ${all}`);
    },
  });
  return reportOf(running, results, Math.round(performance.now() - startMs));
}

/** Interrupted before every pair was made: that is no success. */
const cutShort = (running: Lab, report: LabReport): boolean =>
  report.pairs.length < pairsOf(running.spec, running.topology).length;

const show = (report: LabReport, json: boolean, context: Context): void =>
  context.print(json ? JSON.stringify(report, null, 2) : reportText(report));

/** Prints the report and how to try it, and waits for Ctrl-C. The CA lies in a temporary folder until then. */
async function stayUp(running: Lab, report: LabReport, json: boolean, context: Context): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-lab-'));
  try {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, running.ca.pem);
    const socks = Object.fromEntries([...running.socks].map(([name, { host, port }]) => [name, `${host}:${port}`]));
    show(json ? { ...report, up: { ca, socks } } : report, json, context);
    if (!json) context.print(['', `The lab stays up until Ctrl-C. Its CA: ${ca}`, ...recipes(running, ca)].join('\n'));
    if (!context.interrupted.aborted)
      await new Promise<void>((done) => context.interrupted.addEventListener('abort', () => done(), { once: true }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
