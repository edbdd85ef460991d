import { resolve } from 'node:path';
import { diagnosticLine } from '../../diagnostics/index.ts';
import type { Policy, RoutePlan } from '../../ir/index.ts';
import {
  type AdminServer,
  defaultLimits,
  FileWatch,
  Fleet,
  flowLog,
  type HostPort,
  type Reloaded,
  readPolicy,
  readRoutePlan,
  runWorker,
  type Snapshot,
  startAdmin,
  startRouter,
  warningsOf,
  workerMark,
} from '../../router/index.ts';
import { command } from '../command.ts';
import { usage } from '../usage.ts';
import type { World } from '../world.ts';

/** One engine in this process, or several in workers: the command does not care which. */
interface Running {
  reload(plan: RoutePlan): Promise<Reloaded>;
  setPolicy(policy: Policy): void | Promise<void>;
  drain(deadlineMs: number): Promise<{ readonly cut: number }>;
  close(): Promise<void>;
  stats(): Snapshot | Promise<Snapshot>;
  readonly plan: RoutePlan;
}

const workersMax = 64;

export const router = command({
  name: 'router',
  summary: 'Run the node engine: carry connections by a route plan',
  about:
    'Takes connections on the ports of the route plan and carries each to the target that it names, if its endpoint was granted it. Reads the files again when they change or on SIGHUP; a bad file is refused and the old one stays. On SIGTERM it takes no new connection and waits for the present ones.',
  examples: [
    {
      line: 'lakegate router --routes routes.json --policy policy.json',
      does: 'runs in the foreground and logs JSON lines',
    },
    { line: 'lakegate router --routes routes.json --check', does: 'checks the file and says what is wrong with it' },
    {
      line: 'lakegate router --routes routes.json --policy policy.json --admin 127.0.0.1:9901 --workers 2 --log text',
      does: 'runs two processes on the same ports, with metrics and answers on the admin port',
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
    admin: { kind: 'text', value: 'HOST:PORT', help: 'answer /live /ready /metrics /routes /explain there' },
    workers: { kind: 'text', value: 'N', help: 'processes that share the ports', default: '1' },
    log: { kind: 'text', value: 'FORMAT', help: 'json or text', default: 'json' },
    'drain-seconds': { kind: 'text', value: 'N', help: 'how long SIGTERM waits for open connections', default: '300' },
    'plaintext-cancel': {
      kind: 'text',
      value: 'pass|drop',
      help: 'what happens to cancel requests of Postgres without TLS',
      default: 'pass',
    },
    check: { kind: 'flag', help: 'check the files and leave' },
  },
  async run(values, world) {
    if (world.env[workerMark]) {
      await runWorker();
      return 0;
    }
    const wish = readWish(values);
    if (typeof wish === 'string') return usage(world, wish);
    const routes = resolve(world.cwd, values.routes);
    const policyFile = values.policy === undefined ? undefined : resolve(world.cwd, values.policy);
    const plan = await readRoutePlan(routes);
    const policy = policyFile ? await readPolicy(policyFile) : ({ is: 'good', value: noPolicy } as const);
    const problems = [plan, policy].flatMap((one) => (one.is === 'bad' ? one.diagnostics : []));
    for (const problem of problems) world.note(diagnosticLine(problem));
    if (plan.is === 'bad' || policy.is === 'bad') return 1;
    if (values.check) {
      world.print(`${values.routes}: ${plan.value.listeners.length} listeners, no errors`);
      return 0;
    }
    return serve({ ...wish, routes, policyFile, plan: plan.value, policy: policy.value }, world);
  },
});

const noPolicy: Policy = { version: 1, endpoints: {} };

interface Wish {
  readonly workers: number;
  readonly log: 'json' | 'text';
  readonly drainMs: number;
  readonly admin: HostPort | undefined;
  readonly cancelFanOut: number;
}

/** The options as values, or what is wrong with them. */
function readWish(values: {
  readonly workers: string;
  readonly log: string;
  readonly admin: string | undefined;
  readonly 'drain-seconds': string;
  readonly 'plaintext-cancel': string;
}): Wish | string {
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
  return {
    workers,
    log: values.log,
    drainMs: drainSeconds * 1000,
    admin,
    cancelFanOut: cancel === 'drop' ? 0 : defaultLimits.cancelFanOut,
  };
}

interface Serving extends Wish {
  readonly routes: string;
  readonly policyFile: string | undefined;
  readonly plan: RoutePlan;
  readonly policy: Policy;
}

async function serve(serving: Serving, world: World): Promise<0 | 1> {
  const log = flowLog({
    format: serving.log,
    refusalLinesPerSecond: defaultLimits.refusalLinesPerSecond,
    now: () => performance.now(),
  });
  const closers: (() => void | Promise<void>)[] = [];
  let running: Running | undefined;
  let admin: AdminServer | undefined;
  try {
    running = await start(serving, log);
    const shown = running;
    if (serving.admin)
      admin = await startAdmin(
        () => ({
          plan: shown.plan,
          healthNetworks: shown.plan.trustedNetworks,
          stats: async () => shown.stats(),
        }),
        serving.admin,
      );
  } catch (error) {
    world.note(`error LG_ROUTER_BIND ${error instanceof Error ? error.message : error}`);
    await running?.close();
    return 1;
  }
  const serves = running;
  for (const warning of warningsOf(serving.plan)) log.note(diagnosticLine(warning));
  closers.push(await watchFile(serving.routes, () => reloadRoutes(serves, serving.routes, log.note), log.note));
  const { policyFile } = serving;
  if (policyFile) closers.push(await watchFile(policyFile, () => reloadPolicy(serves, policyFile, log.note), log.note));
  log.note(
    `router of plan ${serving.plan.name} carries connections: ${serving.plan.listeners.length} listeners, ${serving.workers} worker${serving.workers === 1 ? '' : 's'}${admin ? `, admin at ${admin.address.host}:${admin.address.port}` : ''}`,
  );
  log.flush();
  await new Promise<void>((done) => {
    if (world.interrupted.aborted) done();
    else world.interrupted.addEventListener('abort', () => done(), { once: true });
  });
  for (const close of closers) await close();
  log.note('router takes no new connection and waits for the present ones');
  const { cut } = await running.drain(serving.drainMs);
  log.note(`router is down; ${cut} connections were cut`);
  await admin?.close();
  log.flush();
  return 0;
}

async function start(serving: Serving, log: ReturnType<typeof flowLog>): Promise<Running> {
  const limits = { cancelFanOut: serving.cancelFanOut };
  const { plan, policy, workers } = serving;
  if (workers === 1) return startRouter({ plan, policy, limits, log: log.connection, note: log.note });
  return Fleet.start({
    plan,
    policy,
    workers,
    limits,
    log: serving.log,
    entry: { module: process.argv[1] ?? '', args: process.argv.slice(2) },
    note: log.note,
  });
}

/** Calls back when the file changes, and on SIGHUP whether it has changed or not. */
async function watchFile(path: string, onChange: () => Promise<void>, note: (sentence: string) => void) {
  const watch = new FileWatch(path, onChange, (error) => note(`${path} is not watched any more: ${error.message}`));
  await watch.start();
  const onHangup = (): void => void watch.look(true);
  process.on('SIGHUP', onHangup);
  return () => {
    process.off('SIGHUP', onHangup);
    watch.close();
  };
}

async function reloadRoutes(running: Running, path: string, note: (sentence: string) => void): Promise<void> {
  const plan = await readRoutePlan(path);
  const result: Reloaded =
    plan.is === 'good' ? await running.reload(plan.value) : { is: 'refused', diagnostics: plan.diagnostics };
  if (result.is === 'done') note(`reloaded ${path}`);
  else note(`refused ${path}; the old plan stays`);
  for (const diagnostic of result.diagnostics) note(diagnosticLine(diagnostic));
}

async function reloadPolicy(running: Running, path: string, note: (sentence: string) => void): Promise<void> {
  const policy = await readPolicy(path);
  if (policy.is === 'good') {
    await running.setPolicy(policy.value);
    note(`reloaded ${path}: ${Object.keys(policy.value.endpoints).length} endpoints`);
    return;
  }
  note(`refused ${path}; the old policy stays`);
  for (const diagnostic of policy.diagnostics) note(diagnosticLine(diagnostic));
}
