import { resolve } from 'node:path';
import { parseFlowsPlace } from '../../app/flows/index.ts';
import {
  type IssuerSource,
  readRouterFiles,
  runWorker,
  type Serving,
  serveRouter,
  workerMark,
} from '../../app/router/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { refuse, refuseAll, usage } from '../refuse.ts';

const workersMax = 64;

/** @param secretSource How a secret is followed. Absent in a program that has no client for secrets. */
export const routerWith = (secretSource: IssuerSecretOf | undefined) =>
  command({
    name: 'router',
    about:
      'Listens on the ports of the route plan and carries each connection to the target that it names, if the NCC of its endpoint was granted that target. Reads the files again when they change or on SIGHUP; a file with errors is rejected and the current one stays in use. On SIGTERM it accepts no new connections and waits for the open ones.',
    examples: [
      {
        line: 'lakegate router --routes routes.json --policy policy.json',
        does: 'runs in the foreground and logs JSON lines',
      },
      { line: 'lakegate router --routes routes.json --check', does: 'checks the file and shows what is wrong with it' },
      {
        line: 'lakegate router --routes routes.json --policy policy.json --admin 127.0.0.1:9901 --workers 2 --log text',
        does: 'runs two processes on the same ports, with metrics and status on the admin port',
      },
      {
        line: 'lakegate router --routes routes.json --policy policy.json --flows unix:flows.sock --flows-token flows.token',
        does: 'serves the records of inspected requests to lakegate flows on this machine',
      },
    ],
    touches: 'network',
    args: {
      routes: {
        kind: 'text',
        value: 'FILE',
        help: 'the route plan, or the output of lakegate plan --json',
        required: true,
      },
      policy: {
        kind: 'text',
        value: 'FILE',
        help: 'which endpoint belongs to which NCC; without it every endpoint is unknown',
      },
      issuer: {
        kind: 'text',
        value: 'FILE',
        help: 'the intermediate CA for inspected names, as lakegate ca sign writes it; default: what the plan names',
      },
      admin: { kind: 'text', value: 'HOST:PORT', help: 'serve /live /ready /metrics /routes /explain there' },
      flows: {
        kind: 'text',
        value: 'unix:PATH|ADDRESS:PORT',
        help: 'serve the records of inspected requests there, for lakegate flows; a loopback address',
      },
      'flows-token': { kind: 'text', value: 'FILE', help: 'what readers of flows must show; made if it is not there' },
      workers: { kind: 'text', value: 'N', help: 'processes that share the ports', default: '1' },
      log: { kind: 'text', value: 'FORMAT', help: 'json or text', default: 'json' },
      'drain-seconds': {
        kind: 'text',
        value: 'N',
        help: 'how long SIGTERM waits for open connections',
        default: '300',
      },
      'plaintext-cancel': {
        kind: 'text',
        value: 'pass|drop',
        help: 'what to do with Postgres cancel requests that come without TLS',
        default: 'pass',
      },
      check: { kind: 'flag', help: 'check the files and exit' },
    },
    async run(values, context) {
      if (context.env[workerMark]) {
        await runWorker();
        return 0;
      }
      const options = readOptions(values, context);
      if (typeof options === 'string') return usage(options, false, context);
      const files = {
        routes: resolve(context.cwd, values.routes),
        policy: values.policy === undefined ? undefined : resolve(context.cwd, values.policy),
      };
      const config = await readRouterFiles(files);
      if (!('plan' in config)) return refuseAll(config, false, context);
      if (values.check) {
        context.print(`${values.routes}: ${config.plan.listeners.length} listeners, no errors`);
        return 0;
      }
      const { interrupted, onHangup } = context;
      const entry = { module: process.argv[1] ?? '', args: process.argv.slice(2) };
      const issuers = {
        ...(values.issuer !== undefined && { file: resolve(context.cwd, values.issuer) }),
        ...(secretSource && { secret: (name: string) => secretSource(name, context.env) }),
      };
      const problem = await serveRouter({ ...options, files, config, issuers }, { interrupted, onHangup, entry });
      return problem ? refuse(problem, false, context) : 0;
    },
  });

type IssuerSecretOf = (name: string, env: Context['env']) => Promise<IssuerSource>;

type Options = Omit<Serving, 'files' | 'config' | 'issuers'>;

/** The options as values, or what is wrong with them. */
function readOptions(
  values: {
    readonly workers: string;
    readonly log: string;
    readonly admin: string | undefined;
    readonly flows: string | undefined;
    readonly 'flows-token': string | undefined;
    readonly 'drain-seconds': string;
    readonly 'plaintext-cancel': string;
  },
  { cwd }: Pick<Context, 'cwd'>,
): Options | string {
  const workers = Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1 || workers > workersMax)
    return `--workers ${values.workers} is not a number from 1 to ${workersMax}`;
  if (values.log !== 'json' && values.log !== 'text') return `--log ${values.log} is neither json nor text`;
  const cancel = values['plaintext-cancel'];
  if (cancel !== 'pass' && cancel !== 'drop') return `--plaintext-cancel ${cancel} is neither pass nor drop`;
  const drainSeconds = Number(values['drain-seconds']);
  if (!(drainSeconds >= 0 && drainSeconds <= 86_400))
    return `--drain-seconds ${values['drain-seconds']} is not a number from 0 to 86400`;
  const parts = values.admin === undefined ? undefined : /^(\[?[0-9a-z.:-]+\]?):([0-9]{1,5})$/i.exec(values.admin);
  if (parts === null) return `--admin ${values.admin} is not HOST:PORT`;
  const admin = parts && { host: (parts[1] ?? '').replace(/^\[|\]$/g, ''), port: Number(parts[2]) };
  if (admin && admin.port > 65_535) return `--admin ${values.admin} has a port above 65535`;
  const flows = flowsIn(values, cwd);
  if (typeof flows === 'string') return flows;
  return {
    ...(flows && { flows }),
    workers,
    log: values.log,
    drainMs: drainSeconds * 1000,
    admin,
    plaintextCancel: cancel,
  };
}

/** Where flows are served, or what is wrong with that. */
function flowsIn(
  { flows, 'flows-token': token }: { readonly flows: string | undefined; readonly 'flows-token': string | undefined },
  cwd: string,
): Options['flows'] | string {
  if (flows === undefined)
    return token === undefined ? undefined : '--flows-token says who may read flows, and --flows is not given';
  if (token === undefined) return '--flows needs --flows-token FILE: what readers must show';
  const at = parseFlowsPlace(flows);
  if (!at) return `--flows ${flows} is neither unix:PATH nor ADDRESS:PORT`;
  return {
    at: at.by === 'unix' ? { by: 'unix', path: resolve(cwd, at.path) } : at,
    tokenFile: resolve(cwd, token),
  };
}
