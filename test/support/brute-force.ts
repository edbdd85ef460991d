import type { InfraPlan, Route, RoutePlan, RouterListener, Upstream } from '../../src/ir/index.ts';
import type { Claim } from '../../src/routing/index.ts';
import type { Question } from '../../src/topology/index.ts';

/**
 * What a connection comes to, found by searching the two plans from end to end. Shares no code with `routing` and
 * `topology`: they share the decision with the router, so a mistake in it would be made by the proof as well.
 */
export type Found =
  | { readonly is: 'reach'; readonly target: string; readonly upstream?: Upstream }
  | { readonly is: 'refuse'; readonly code: string };

const refuse = (code: string): Found => ({ is: 'refuse', code });

/**
 * The route of a claim, straight from the words of the design: of the routes that take it the last one counts, in its
 * own speech before another, and every NCC that may be at the other end must be in its `allow`.
 */
export function bruteForceRoute(of: RouterListener, claim: Claim, ncc: string): Route | string {
  const speaks = (speech: string): boolean => of.speaks.some((each) => each === speech);
  const heard = !speaks(claim.speech) && claim.speech === 'tls' && speaks('postgres') ? 'postgres' : claim.speech;
  if (!speaks('tcp') && !speaks(heard)) return 'LG_PROTOCOL';
  const takes = ({ match, action }: Route): boolean => {
    if (speaks('tcp')) return match.by === 'port';
    if (match.by === 'port') return false;
    const isOwn = match.speech === heard;
    if (claim.name === undefined)
      return isOwn && action.isDefault === true && (heard === 'mysql' || heard === 'postgres');
    // Direct TLS of Postgres looks like any other TLS.
    return match.name === claim.name && (isOwn || (heard === 'tls' && match.speech === 'postgres'));
  };
  const found = of.routes.filter(takes);
  const best = found.filter(({ match }) => match.by === 'name' && match.speech === heard).at(-1) ?? found.at(-1);
  if (!best) return claim.name === undefined && !speaks('tcp') ? 'LG_NO_NAME' : 'LG_NAME_UNKNOWN';
  const who = of.identity.by === 'endpoint' ? [ncc] : [...of.identity.nccs];
  const isAdmitted = who.length > 0 && who.filter((each) => best.allow.includes(each)).length === who.length;
  return isAdmitted ? best : 'LG_NOT_GRANTED';
}

/** The complete path, from a workspace to a target. */
export function bruteForceOutcome(infra: InfraPlan, routes: RoutePlan, question: Question): Found {
  const { from, host, port, service: dialled } = question;
  const ncc = infra.nccs.find(({ workspaces }) => workspaces.some(({ name }) => name === from));
  if (!ncc) return refuse('LG_NO_RULE');
  const suffix = `.s3.${infra.aws.region}.amazonaws.com`;
  const rule = ncc.rules.find(
    (each) => each.kind === 'service' && (dialled ? each.service === dialled : each.domains.includes(host)),
  );
  if (rule?.kind !== 'service') {
    const bucket = dialled === undefined && host.endsWith(suffix) ? host.slice(0, -suffix.length) : '';
    if (!ncc.rules.some((each) => each.kind === 's3' && each.buckets.includes(bucket))) return refuse('LG_NO_RULE');
    return { is: 'reach', target: infra.targets.find(({ buckets }) => buckets.includes(bucket))?.name ?? bucket };
  }
  const listener = infra.endpointServices
    .find(({ key }) => key === rule.service)
    ?.listeners.find((each) => each.port === port);
  if (!listener) return refuse('LG_NO_LISTENER');
  if (listener.forward.to !== 'router') {
    const [target] = listener.targets;
    return target === undefined ? refuse('LG_NO_LISTENER') : { is: 'reach', target };
  }
  const router = routes.listeners.find(({ key }) => key === listener.key);
  if (!router) return refuse('LG_NO_LISTENER');
  const route = bruteForceRoute(router, question.claim ?? honest(router, host), ncc.key);
  if (typeof route === 'string') return refuse(route);
  const upstream = Object.values(routes.upstreams).find(({ key }) => key === route.action.upstream);
  return upstream ? { is: 'reach', target: route.target, upstream } : refuse('LG_UPSTREAM_NO_ADDRESS');
}

/** A client that is not hostile speaks what the listener expects of those who ask for the name. */
function honest({ speaks, routes }: RouterListener, name: Question['host']): Claim {
  const speech =
    speaks.find((each) =>
      routes.some(({ match }) => match.by === 'name' && match.speech === each && match.name === name),
    ) ??
    speaks[0] ??
    'tcp';
  return { speech, name };
}
