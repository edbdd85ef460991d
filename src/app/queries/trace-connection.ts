import { type Diagnostic, didYouMean, usageProblem } from '../../diagnostics/index.ts';
import { type Hostname, type Port, parseHostname, parsePort } from '../../ir/index.ts';
import { bucketHost, buildTopology, type Question, type Topology, type Trace, trace } from '../../topology/index.ts';
import type { PlannedSpec } from '../planning/index.ts';

/** A target with many names is traced this far; name one by HOST:PORT for the rest. */
const destinationsAtMost = 20;
/** The same of all workspaces or all targets together. */
const connectionsAtMost = 2000;

/** In place of a name: all of them. */
export const everything = '*';

export interface ConnectionQuery {
  /** A workspace of the spec, or `*` for each. */
  readonly from: string;
  /** A target of the spec, HOST:PORT, or `*` for each target. */
  readonly to: string;
  /** An endpoint service to dial by its address, whatever the name resolves to. */
  readonly via?: string | undefined;
  /** A request path, without the query. Absent: the path of the target, or the connection alone. */
  readonly path?: string | undefined;
}

export interface ConnectionTraces {
  readonly traces: readonly Trace[];
  /** Names and ports of the target that were left out. */
  readonly more: number;
  /** The target that was asked for. Another one may answer at its name, where the path is given. */
  readonly target?: string;
}

/** Follows a connection over a plan: to each name and port of a target, or to one name and port. A query that asks for what is not there is a problem. */
export function traceConnection(
  { spec, plan }: PlannedSpec,
  { from, to, via, path }: ConnectionQuery,
): ConnectionTraces | Diagnostic {
  const topology = buildTopology(plan.infra, plan.routes);
  const workspaces = spec.workspaces.map((workspace) => workspace.name);
  if (from !== everything && !workspaces.includes(from))
    return usageProblem(`there is no workspace ${from}${didYouMean(from, workspaces)}`);
  if (via !== undefined && !topology.services.has(via))
    return usageProblem(`there is no endpoint service ${via}${didYouMean(via, topology.services.keys())}`);
  const destinations =
    to === everything
      ? [...topology.targets.keys()].flatMap((name) => destinationsOf(topology, name) ?? [])
      : destinationsOf(topology, to);
  if (!destinations)
    return usageProblem(
      `${to} is neither a target of the spec nor HOST:PORT${didYouMean(to, topology.targets.keys())}`,
    );
  if (destinations.length === 0) return usageProblem(`nothing is built for ${to}: no workspace may reach it`);
  if (path !== undefined && !path.startsWith('/')) return usageProblem(`--path ${path} does not begin with a slash`);
  if (path !== undefined && /[?#]/.test(path))
    return usageProblem('--path is a path without a query (?) or a fragment (#)');
  const isWide = from === everything || to === everything;
  const all = (from === everything ? workspaces : [from]).flatMap((one) =>
    destinations.map((each) => [one, each] as const),
  );
  const followed = all.slice(0, isWide ? connectionsAtMost : destinationsAtMost);
  return {
    traces: followed.map(([one, { host, port, path: own }]) => {
      const asked = path ?? own;
      const more = { ...(via !== undefined && { service: via }), ...(asked !== undefined && { path: asked }) };
      return trace(topology, { from: one, host, port, ...more });
    }),
    more: all.length - followed.length,
    ...(topology.targets.has(to) && { target: to }),
  };
}

type Destination = Pick<Question, 'host' | 'port' | 'path'>;

/** Undefined when the text is neither a target nor HOST:PORT. */
function destinationsOf(topology: Topology, to: string): readonly Destination[] | undefined {
  const target = topology.targets.get(to);
  if (target) {
    const https = 443 as Port;
    if (target.buckets.length > 0)
      return target.buckets.map((bucket) => ({ host: bucketHost(bucket, topology.region), port: https }));
    const path = target.path === undefined ? {} : { path: target.path };
    return target.hosts.flatMap((host) => target.ports.map(({ clientPort }) => ({ host, port: clientPort, ...path })));
  }
  const colon = to.lastIndexOf(':');
  const host: Hostname | undefined = parseHostname(to.slice(0, Math.max(colon, 0)));
  const port = /^[0-9]{1,5}$/.test(to.slice(colon + 1)) ? parsePort(Number(to.slice(colon + 1))) : undefined;
  return host && port ? [{ host, port }] : undefined;
}
