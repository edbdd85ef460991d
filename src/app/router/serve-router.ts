import { type Diagnostic, diagnosticLine } from '../../diagnostics/index.ts';
import type { IssuerDocument, Policy, RoutePlan } from '../../ir/index.ts';
import {
  type AdminServer,
  defaultLimits,
  FileWatch,
  type FlowLog,
  type FlowSocket,
  type FlowSocketPlace,
  type FlowSource,
  flowLog,
  type HostPort,
  type IssuerFollower,
  type Reloaded,
  type RouterOptions,
  readPolicy,
  readRoutePlan,
  type Snapshot,
  startAdmin,
  startFlowSocket,
  startRouter,
  WorkerPool,
} from '../../router/index.ts';
import { flowsToken } from './flows-token.ts';
import { type Issuers, issuerFollower } from './issuer-followed.ts';
import type { RouterConfig, RouterFiles } from './router-files.ts';

export interface Serving {
  readonly files: RouterFiles;
  /** What the files held when they were read. */
  readonly config: RouterConfig;
  /** Processes that share the ports; 1 is this one alone. */
  readonly workers: number;
  /** The form of the log. */
  readonly log: 'json' | 'text';
  /** How long open connections may go on after the end was asked for. */
  readonly drainMs: number;
  /** Where to answer questions about the router; nowhere, if absent. */
  readonly admin: HostPort | undefined;
  /** Where to serve the records of inspected requests, and whose file has the token; nowhere, if absent. */
  readonly flows?: { readonly at: FlowSocketPlace; readonly tokenFile: string };
  /** What happens to cancel requests of Postgres without TLS. */
  readonly plaintextCancel: 'pass' | 'drop';
  /** Where the CA for inspected names comes from. */
  readonly issuers?: Issuers;
}

/** What serving needs of the process that it runs in. */
export interface ServingContext {
  /** Ends the serving. */
  readonly interrupted: AbortSignal;
  /** Calls back when the files are to be read again, whether they have changed or not. Returns the way to stop that. */
  onHangup(listener: () => void): () => void;
  /** Where lines of the log go. Default: standard output. */
  readonly logTo?: { write(line: string): void };
  /** Where one process listens and dials. Default: what the plan says. */
  readonly network?: Pick<RouterOptions, 'bind' | 'dial'>;
  /** How to start this program again, as a worker. */
  readonly entry: { readonly module: string; readonly args: readonly string[] };
}

/** One engine in this process, or several in workers: the rest does not care which. */
interface Running {
  reload(plan: RoutePlan): Promise<Reloaded>;
  setPolicy(policy: Policy): void | Promise<void>;
  /** Workers only: an engine of this process asks the follower itself. */
  setIssuer?(issuer: IssuerDocument): Promise<void>;
  drain(deadlineMs: number): Promise<{ readonly cut: number }>;
  close(): Promise<void>;
  stats(): Snapshot | Promise<Snapshot>;
  readonly flowSources: readonly FlowSource[];
  readonly plan: RoutePlan;
}

/**
 * Carries connections until it is interrupted, then waits for the open ones. Reads the files again when they change; a bad file
 * is refused and logged, and the old one stays.
 *
 * @returns Undefined after an orderly end, or why it could not start.
 */
export async function serveRouter(serving: Serving, context: ServingContext): Promise<Diagnostic | undefined> {
  // A hangup without a listener ends the process: while it starts, and with open connections while it drains.
  const stopIgnoring = context.onHangup(() => {});
  try {
    return await serve(serving, context);
  } finally {
    stopIgnoring();
  }
}

async function serve(serving: Serving, context: ServingContext): Promise<Diagnostic | undefined> {
  const { config, files, workers } = serving;
  const log = flowLog({
    format: serving.log,
    refusalLinesPerSecond: defaultLimits.refusalLinesPerSecond,
    now: () => performance.now(),
    ...(context.logTo && { to: context.logTo }),
  });
  const issuer = issuerFollower(serving.issuers, log);
  await issuer.use(config.plan);
  const started = await start(serving, { log, issuer: issuer.follower }, context);
  if ('code' in started) {
    issuer.close();
    return started;
  }
  const { running, admin, flows } = started;
  issuer.to(running);
  const stopLooking = context.onHangup(() => void issuer.look());
  const stopWatching = await watchFiles(running, files, { note: log.note, context, onPlan: issuer.use });
  log.note(
    `router of plan ${config.plan.name} carries connections: ${config.plan.listeners.length} listeners, ${workers} worker${workers === 1 ? '' : 's'}${admin ? `, admin at ${admin.address.host}:${admin.address.port}` : ''}${flows ? `, flows at ${placeText(flows.at)}` : ''}`,
  );
  log.flush();
  await aborted(context.interrupted);
  stopWatching();
  stopLooking();
  issuer.close();
  log.note('router accepts no new connections and waits for the open ones');
  const { cut } = await running.drain(serving.drainMs);
  log.note(`router has stopped; ${cut} connections were cut`);
  await flows?.close();
  await admin?.close();
  log.flush();
  return undefined;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });

interface Started {
  readonly running: Running;
  readonly admin: AdminServer | undefined;
  readonly flows: FlowSocket | undefined;
}

/** What each engine gets of this process. */
interface Given {
  readonly log: FlowLog;
  readonly issuer: IssuerFollower;
}

async function start(serving: Serving, given: Given, context: ServingContext): Promise<Started | Diagnostic> {
  let running: Running | undefined;
  let admin: AdminServer | undefined;
  try {
    const token = serving.flows && (await flowsToken(serving.flows.tokenFile));
    const shown = await startEngine(serving, given, context);
    running = shown;
    admin =
      serving.admin &&
      (await startAdmin(
        () => ({
          plan: shown.plan,
          healthNetworks: shown.plan.trustedNetworks,
          stats: async () => shown.stats(),
        }),
        serving.admin,
      ));
    const flows =
      serving.flows && token !== undefined
        ? await startFlowSocket({ at: serving.flows.at, token, sources: () => shown.flowSources })
        : undefined;
    return { running: shown, admin, flows };
  } catch (error) {
    await admin?.close();
    await running?.close();
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'LG_ROUTER_BIND', severity: 'error', path: [], message };
  }
}

async function startEngine(
  { config, workers, plaintextCancel, log: format }: Serving,
  { log, issuer }: Given,
  { entry, network }: ServingContext,
): Promise<Running> {
  const { plan, policy } = config;
  const limits = { cancelFanOut: plaintextCancel === 'drop' ? 0 : defaultLimits.cancelFanOut };
  if (workers === 1) {
    const { connection, request: flowLine, note } = log;
    const router = await startRouter({ plan, policy, limits, issuer, log: connection, flowLine, note, ...network });
    return Object.assign(router, { flowSources: [router] });
  }
  const { document } = issuer;
  return WorkerPool.start({
    ...{ plan, policy, workers, limits, log: format, entry, note: log.note },
    ...(document && { issuer: document }),
  });
}

const placeText = (at: FlowSocketPlace): string => (at.by === 'unix' ? `unix:${at.path}` : `${at.host}:${at.port}`);

interface Watching {
  readonly note: (sentence: string) => void;
  readonly context: ServingContext;
  /** Called with each plan that is taken. */
  readonly onPlan: (plan: RoutePlan) => Promise<void>;
}

async function watchFiles(running: Running, { routes, policy }: RouterFiles, watching: Watching): Promise<() => void> {
  const { note } = watching;
  const stops = [await watchFile(routes, () => reloadRoutes(running, routes, watching), watching)];
  if (policy) stops.push(await watchFile(policy, () => reloadPolicy(running, policy, note), watching));
  return () => {
    for (const stop of stops) stop();
  };
}

async function watchFile(
  path: string,
  onChange: () => Promise<void>,
  { note, context }: Watching,
): Promise<() => void> {
  const watch = new FileWatch(path, onChange, (error) => note(`${path} is no longer watched: ${error.message}`));
  await watch.start();
  const stop = context.onHangup(() => void watch.look(true));
  return () => {
    stop();
    watch.close();
  };
}

async function reloadRoutes(running: Running, path: string, { note, onPlan }: Watching): Promise<void> {
  const plan = await readRoutePlan(path);
  const result: Reloaded =
    plan.is === 'good' ? await running.reload(plan.value) : { is: 'refused', diagnostics: plan.diagnostics };
  if (result.is === 'done') {
    note(`reloaded ${path}`);
    await onPlan(running.plan);
    return;
  }
  note(`rejected ${path}; the current plan stays in use`);
  for (const diagnostic of result.diagnostics) note(diagnosticLine(diagnostic));
}

async function reloadPolicy(running: Running, path: string, note: (sentence: string) => void): Promise<void> {
  const policy = await readPolicy(path);
  if (policy.is === 'good') {
    await running.setPolicy(policy.value);
    note(`reloaded ${path}: ${Object.keys(policy.value.endpoints).length} endpoints`);
    return;
  }
  note(`rejected ${path}; the current policy stays in use`);
  for (const diagnostic of policy.diagnostics) note(diagnosticLine(diagnostic));
}
