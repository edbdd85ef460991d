import type { InfraPlan, Route, RoutePlan, RouterListener, Upstream } from '../../src/ir/index.ts';
import type { Claim } from '../../src/routing/index.ts';
import type { Question } from '../../src/topology/index.ts';
import { slowPath } from './slow-path.ts';

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
  const admits = ({ allow }: Route): boolean =>
    who.length > 0 && who.filter((each) => allow.includes(each)).length === who.length;
  if (best.action.tls !== 'inspect') return admits(best) ? best : 'LG_NOT_GRANTED';
  // The requests of an inspected name may go different ways: one that is granted opens the connection.
  return found.find((route) => route.action.tls === 'inspect' && admits(route)) ?? 'LG_NOT_GRANTED';
}

/** A request on a connection, by the words of the design. */
export interface BruteRequest {
  readonly host: string;
  readonly path: string;
}

/**
 * What becomes of a request on a connection for a name: the route and the path that is forwarded, or the code. Slow, and
 * without a line of what decides in the router.
 */
export function bruteForceRequest(
  of: RouterListener,
  { speech, name }: Claim,
  { host, path }: BruteRequest,
  nccs: readonly string[],
): { readonly route: Route; readonly path: string } | string {
  if (host !== name) return 'LG_NAME_UNKNOWN';
  const all = of.routes.filter(
    ({ match, action }) =>
      match.by === 'name' &&
      match.name === name &&
      match.speech === speech &&
      (speech === 'http' || action.tls === 'inspect'),
  );
  if (all.length === 0) return 'LG_NAME_UNKNOWN';
  const prefixOf = ({ match }: Route): string => (match.by === 'name' && match.path) || '/';
  const decides = ({ action }: Route): boolean =>
    action.rewrite !== undefined || (action.paths?.allow.length ?? 0) + (action.paths?.deny.length ?? 0) > 0;
  const granted = (route: Route): boolean => nccs.length > 0 && nccs.every((ncc) => route.allow.includes(ncc));
  if (!all.some((route) => prefixOf(route) !== '/' || decides(route))) {
    const last = all[all.length - 1] as Route;
    return granted(last) ? { route: last, path } : 'LG_NOT_GRANTED';
  }
  const read = slowPath(path);
  if (!read) return 'LG_PATH_DENIED';
  const textOf = (written: string): string => slowPath(written)?.text ?? written;
  const below = (text: string, prefix: string): boolean => prefix === '/' || `${text}/`.startsWith(`${prefix}/`);
  const depth = (prefix: string): number => (prefix === '/' ? 0 : prefix.split('/').length - 1);
  const longest = (text: string, as: (text: string) => string): Route | undefined =>
    all
      .filter((route) => below(as(text), as(textOf(prefixOf(route)))))
      .sort((a, b) => depth(prefixOf(a)) - depth(prefixOf(b)))
      .at(-1);
  const found = longest(read.text, (text) => text);
  const bare = read.text
    .split('/')
    .map((segment) => segment.split(';')[0])
    .join('/');
  for (const text of [read.text, bare]) {
    const other = longest(text, (each) => each.toLowerCase());
    if (other && depth(prefixOf(other)) > (found ? depth(prefixOf(found)) : 0)) return 'LG_PATH_DENIED';
  }
  if (!found) return 'LG_PATH_UNKNOWN';
  if (!granted(found)) return 'LG_NOT_GRANTED';
  for (const text of [read.text, bare]) {
    const trimmed = text.replace(/(?<=.)\/+$/, '');
    if (
      found.action.paths?.deny.some((glob) => asExpression(textOf(glob).replace(/(?<=.)\/+$/, ''), 'i').test(trimmed))
    )
      return 'LG_PATH_DENIED';
    const allow = found.action.paths?.allow ?? [];
    if (allow.length > 0 && !allow.some((glob) => asExpression(textOf(glob), '').test(text))) return 'LG_PATH_DENIED';
  }
  if (found.action.rewrite === undefined) return { route: found, path: read.path };
  const rest = read.path.split('/').slice(1 + depth(prefixOf(found)));
  const front = found.action.rewrite === '/' ? [] : found.action.rewrite.split('/').slice(1);
  return { route: found, path: `/${[...front, ...rest].join('/')}` };
}

/** A glob as a regular expression of the same meaning. */
const asExpression = (glob: string, flags: string): RegExp =>
  new RegExp(
    `^${glob
      .split('/')
      .slice(1)
      .map((part) =>
        part === '**'
          ? '(/[^/]*)*'
          : `/${part.replace(/[^*A-Za-z0-9]/g, (each) => `\\${each}`).replaceAll('*', '[^/]*')}`,
      )
      .join('')}$`,
    flags,
  );

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
  if (question.path !== undefined && route.match.by === 'name') {
    const { speech, name } = route.match;
    if (speech === 'http' || route.action.tls === 'inspect') {
      const nccs = router.identity.by === 'endpoint' ? [ncc.key] : [...router.identity.nccs];
      const asked = { host: question.requestHost ?? name, path: question.path };
      const found = bruteForceRequest(router, { speech, name }, asked, nccs);
      return typeof found === 'string' ? refuse(found) : reached(routes, found.route);
    }
  }
  return reached(routes, route);
}

function reached(routes: RoutePlan, route: Route): Found {
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
