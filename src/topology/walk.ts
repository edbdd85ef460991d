import type { RefusalCode } from '../diagnostics/index.ts';
import type { Hostname, Route, Rule, Upstream } from '../ir/index.ts';
import type { RouteTable } from '../routing/index.ts';
import {
  type Claim,
  clientNccs,
  decide,
  decideRequest,
  grantedRoutes,
  honestClaim,
  type RequestDecision,
} from '../routing/index.ts';
import type { ListenerNode, NccNode, ServiceNode, Topology } from './graph.ts';
import type { Hop, Outcome, Question } from './trace-types.ts';

/** The way of one connection as objects of the graph, without sentences: what trace tells and what the proof counts. */
export interface Walk {
  readonly ncc?: NccNode;
  /** The rule that lists the name, or (dialled by address) the first rule to the service. */
  readonly rule?: Rule;
  readonly bucket?: string;
  readonly service?: ServiceNode;
  readonly listener?: ListenerNode;
  readonly claim?: Claim;
  readonly route?: Route;
  /** What became of the request, where one was asked about and the router reads requests. */
  readonly request?: RequestDecision;
  readonly upstream?: Upstream;
  /** Where it ends without reaching anything. */
  readonly stop?: { readonly at: Hop['at']; readonly code: RefusalCode };
  readonly outcome: Outcome;
}

/** Follows one connection. The only place where it is decided how far it gets. */
export function walk(topology: Topology, question: Question): Walk {
  const ncc = topology.nccOf.get(question.from);
  return ncc ? walkFrom(topology, ncc, question) : stop({}, 'workspace', 'LG_NO_RULE');
}

/**
 * {@link walk} for any workspace of an NCC: they cannot be told apart. The proof calls this some hundred thousand times,
 * so each way makes one object and no copies.
 */
export function walkFrom(topology: Topology, ncc: NccNode, question: Omit<Question, 'from'>): Walk {
  const { host, port, service: dialled } = question;
  const rule = dialled === undefined ? ncc.byName.get(host) : ncc.byService.get(dialled)?.[0];
  if (!rule) return dialled === undefined ? walkToBucket(topology, ncc, host) : stop({ ncc }, 'rule', 'LG_NO_RULE');
  const service = topology.services.get(rule.service);
  if (!service) return stop({ ncc, rule }, 'service', 'LG_NO_LISTENER');
  const listener = service.listeners.get(port);
  if (!listener) return stop({ ncc, rule, service }, 'listener', 'LG_NO_LISTENER');
  if (listener.listener.forward.to !== 'router') return reachDirect({ ncc, rule, service, listener });
  if (!listener.router) return stop({ ncc, rule, service, listener }, 'router', 'LG_NO_LISTENER');
  const { router } = listener;
  const claim = question.claim ?? honestClaim(router, host);
  const nccs = clientNccs(router.listener, ncc.keys);
  const decision = decide(router, claim, nccs);
  const { route } = decision;
  if (decision.is === 'refuse') {
    const way: Way = { ncc, rule, service, listener, claim };
    if (route) way.route = route;
    return stop(way, 'route', decision.code);
  }
  if (question.path === undefined)
    return walkToUpstream(topology, { ncc, rule, service, listener, claim }, decision.route);
  const request = requestOf(router, decision.route, question, nccs);
  const way: Way = { ncc, rule, service, listener, claim, ...(request && { request }) };
  if (request?.is !== 'refuse') return walkToUpstream(topology, way, request?.route ?? decision.route);
  way.route = request.route ?? decision.route;
  return stop(way, 'request', request.code);
}

/**
 * The targets that a connection can reach. Where its requests are decided one by one, they may be of other targets than the one
 * for which it is opened.
 */
export function reachedTargets(
  topology: Topology,
  ncc: NccNode,
  question: Omit<Question, 'from' | 'path'>,
): readonly string[] {
  const { outcome, listener, route } = walkFrom(topology, ncc, question);
  if (outcome.is !== 'reach') return [];
  if (!listener?.router || route?.match.by !== 'name' || route.action.tls !== 'inspect') return [outcome.target];
  const { router } = listener;
  const on = { speech: 'tls', name: route.match.name, nccs: clientNccs(router.listener, ncc.keys) } as const;
  return grantedRoutes(router, on)
    .filter(({ action }) => topology.upstreams.has(action.upstream))
    .map(({ target }) => target);
}

/** What becomes of the request that was asked about; undefined where the router does not read requests. */
function requestOf(
  router: RouteTable,
  { match, action }: Route,
  { path, requestHost }: Omit<Question, 'from'>,
  nccs: readonly string[],
): RequestDecision | undefined {
  if (path === undefined || match.by === 'port') return undefined;
  const { speech, name } = match;
  if (speech !== 'http' && !(speech === 'tls' && action.tls === 'inspect')) return undefined;
  return decideRequest(router, { speech, name, nccs }, { host: requestHost ?? name, path, fields: [] });
}

function walkToUpstream(topology: Topology, way: Way, route: Route): Walk {
  way.route = route;
  const upstream = topology.upstreams.get(route.action.upstream);
  if (!upstream) return stop(way, 'upstream', 'LG_UPSTREAM_NO_ADDRESS');
  way.upstream = upstream;
  way.outcome = { is: 'reach', target: route.target };
  return way as Walk;
}

type Way = { -readonly [K in keyof Walk]?: Walk[K] };

function stop(way: Way, at: Hop['at'], code: RefusalCode): Walk {
  way.stop = { at, code };
  way.outcome = { is: 'refuse', code };
  return way as Walk;
}

function reachDirect(way: Way & Required<Pick<Way, 'listener'>>): Walk {
  const target = way.listener.listener.targets[0];
  if (target === undefined) return stop(way, 'listener', 'LG_NO_LISTENER');
  way.outcome = { is: 'reach', target };
  return way as Walk;
}

/** S3 needs no hub: an S3 rule of the NCC lists the bucket. */
function walkToBucket(topology: Topology, ncc: NccNode, host: Hostname): Walk {
  const bucket = bucketOf(host, topology.bucketSuffix);
  const rule = bucket === undefined ? undefined : ncc.byBucket.get(bucket);
  if (bucket === undefined || !rule)
    return stop(bucket === undefined ? { ncc } : { ncc, bucket }, 'rule', 'LG_NO_RULE');
  return { ncc, rule, bucket, outcome: { is: 'reach', target: topology.targetOfBucket.get(bucket) ?? bucket } };
}

function bucketOf(host: string, suffix: string): string | undefined {
  return host.endsWith(suffix) && host.length > suffix.length ? host.slice(0, -suffix.length) : undefined;
}
