import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlannedSpec } from '../../app/planning/index.ts';
import type { Diagnostic } from '../../diagnostics/index.ts';
import {
  checkLab,
  exampleCommands,
  type Lab,
  type LabExtension,
  type LabReport,
  type LabUp,
  loadExtensions,
  reportText,
  startLab,
} from '../../lab/index.ts';
import { acceptNotYetArg, command, fileArg, jsonArg } from '../command.ts';
import type { Context } from '../context.ts';
import { loadPlan } from '../load-plan.ts';
import { refuse } from '../refuse.ts';

export const lab = command({
  name: 'lab',
  about:
    'Plans the spec, and runs the router, simulated endpoints and load balancers, and a server for each target on loopback. Then every workspace connects to every target: an allowed connection must be answered by the server of that target, a forbidden one must be refused with the expected code. Afterwards it stays up and shows how to try it yourself.',
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
    once: { kind: 'flag', help: 'check, then exit' },
    json: jsonArg,
    with: {
      kind: 'text',
      value: 'NAME',
      many: true,
      help: 'use real servers for some target types instead of those of the lab: kafka (needs Java; see docs/lab.md)',
    },
  },
  async run(values, context) {
    const startMs = performance.now();
    const wanted = await loadExtensions(values.with, context);
    if ('code' in wanted) return refuse(wanted, values.json, context);
    const made = await loadPlan({ ...values, acceptNotYet: values['accept-not-yet'] }, context);
    if (!made) return 1;
    for (const { name, summary } of wanted) context.note(`starting ${name}: ${summary}`);
    const flowsToken = values.once ? undefined : randomBytes(32).toString('base64url');
    const running = await begin(made, wanted, flowsToken, context);
    if ('code' in running) return refuse(running, values.json, context);
    try {
      const { report, isComplete } = await checkLab(running, {
        signal: context.interrupted,
        elapsedMs: () => performance.now() - startMs,
        onProgress: noteProgress(context),
      });
      if (values.once || context.interrupted.aborted) show(report, values.json, context);
      else await stayUp(running, report, { json: values.json, flowsToken, context });
      return report.failed === 0 && isComplete ? 0 : 1;
    } finally {
      await running.close();
    }
  },
});

/** Starts the lab, or says why this machine will not have it. */
async function begin(
  { spec, plan }: PlannedSpec,
  wanted: readonly LabExtension[],
  flowsToken: string | undefined,
  context: Context,
): Promise<Lab | Diagnostic> {
  try {
    return await startLab({
      spec,
      infra: plan.infra,
      routes: plan.routes,
      extensions: wanted,
      nowMs: Date.now(),
      ...(flowsToken !== undefined && plan.routes.inspection && { flowsToken }),
      note: (sentence) => context.note(sentence),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'LG_LAB_NOT_STARTED', severity: 'error', path: [], message };
  }
}

/** Says how many connections there are, and four times how many are done. */
const noteProgress = (context: Context) => (done: number, all: number) => {
  if (done === 0) context.note(`the lab is up; ${all} connections to check`);
  else if (done % Math.max(1, Math.ceil(all / 4)) === 0 || done === all) context.note(`checked ${done} of ${all}`);
};

const show = (report: LabReport, json: boolean, context: Context): void =>
  context.print(json ? JSON.stringify(report, null, 2) : reportText(report));

/** Prints the report and how to try it, and waits for Ctrl-C. The CAs and the token lie in a temporary folder until then. */
async function stayUp(
  running: Lab,
  report: LabReport,
  {
    json,
    flowsToken,
    context,
  }: { readonly json: boolean; readonly flowsToken?: string | undefined; readonly context: Context },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-lab-'));
  try {
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, [running.ca, running.inspectionCa].map((each) => each?.pem ?? '').join(''));
    const socks = Object.fromEntries([...running.socks].map(([name, { host, port }]) => [name, `${host}:${port}`]));
    const flows = await flowsOf(running, flowsToken, folder);
    show(json ? { ...report, up: { ca, socks, ...(flows && { flows }) } } : report, json, context);
    if (!json)
      context.print(
        [
          '',
          `The lab stays up until Ctrl-C. Its CAs: ${ca}`,
          ...(flows
            ? [
                `Requests at inspected names: lakegate flows --router ${flows.router} --token-file ${flows.tokenFile} --web`,
              ]
            : []),
          ...exampleCommands(running, ca),
        ].join('\n'),
      );
    if (!context.interrupted.aborted)
      await new Promise<void>((done) => context.interrupted.addEventListener('abort', () => done(), { once: true }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where the flow socket is, with its token in a file that other users cannot read. */
async function flowsOf({ flows }: Lab, token: string | undefined, folder: string): Promise<LabUp['flows']> {
  if (!flows || token === undefined) return undefined;
  const tokenFile = join(folder, 'flows.token');
  await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
  return { router: `${flows.host}:${flows.port}`, tokenFile };
}
