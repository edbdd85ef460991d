import { z } from 'zod';
import type { Code, Diagnostic } from '../diagnostics/index.ts';
import type { Checked } from './checked.ts';
import { readPattern } from './request-path.ts';
import {
  type Policy,
  policyShape,
  type Route,
  type RoutePlan,
  type RouterListener,
  routePlanShape,
  routerListenerShape,
  routeShape,
  type Upstream,
  upstreamShape,
} from './route-plan.ts';
import { routePlanBounds } from './route-plan-bounds.ts';
import { shapeProblems, shown } from './shape-problems.ts';
import { keyShape } from './value-shapes.ts';
import { type EndpointId, lowestUnprivilegedPort, parseEndpointId } from './values.ts';

/** Problems that are reported of one file; more are counted. */
const problemsMax = 50;
/** Routes that are checked between two steps: well under a millisecond of work. */
const stepSize = 100;
const routesMax = 200_000;
const endpointsMax = 100_000;
/** Routes of one name: the router compares a path with the prefix of each. */
const prefixesMax = 100;

/** An object whose entries are checked one by one. */
const entriesOf = (what: string) =>
  z.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    `is not an object of ${what}`,
  );

const planFrame = routePlanShape.extend({
  listeners: z.array(z.unknown()).max(routePlanBounds.listeners),
  upstreams: entriesOf('upstreams by key'),
});
const listenerFrame = routerListenerShape.extend({ routes: z.array(z.unknown()).max(routesMax) });
const policyFrame = policyShape.extend({ endpoints: entriesOf('keys of NCCs by endpoint') });

type Path = readonly (string | number)[];

/** Collects problems, up to a number that a person reads. */
class Problems {
  readonly found: Diagnostic[] = [];
  #more = 0;
  readonly #code: Code;

  constructor(code: Code) {
    this.#code = code;
  }

  add(path: Path, message: string, code: Code = this.#code, hint?: string): void {
    if (this.found.length >= problemsMax) this.#more += 1;
    else this.found.push({ code, severity: 'error', path, message, ...(hint !== undefined && { hint }) });
  }

  /** The value if it has the shape; else its problems are noted. */
  shaped<T>(schema: z.ZodType<T>, value: unknown, path: Path): T | undefined {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const { path: at, message } of shapeProblems(parsed.error, value, path)) this.add(at, message);
    return undefined;
  }

  end<T>(value: T | undefined): Checked<T> {
    if (this.#more > 0)
      this.found.push({ code: this.#code, severity: 'note', path: [], message: `and ${this.#more} more problems` });
    return value === undefined || this.found.length > 0
      ? { is: 'bad', diagnostics: this.found }
      : { is: 'good', value };
  }
}

/** Checks data that claims to be a RoutePlan: its shape, then that its parts fit. Never throws. */
export function checkRoutePlan(value: unknown): Checked<RoutePlan> {
  const steps = checkRoutePlanInSteps(value);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in short steps, so that a router can go on carrying while it reads a plan of ten thousand routes. */
export function* checkRoutePlanInSteps(value: unknown): Generator<void, Checked<RoutePlan>> {
  const problems = new Problems('LG_ROUTES_FILE');
  const plan = problems.shaped(planFrame, value, []);
  if (!plan) return problems.end<RoutePlan>(undefined);

  const upstreams: Record<string, Upstream> = {};
  for (const [i, [name, each]] of Object.entries(plan.upstreams).entries()) {
    if (i % stepSize === 0) yield;
    const upstream = problems.shaped<Upstream>(upstreamShape, each, ['upstreams', name]);
    if (!upstream) continue;
    if (upstream.key !== name)
      problems.add(['upstreams', name], `the upstream under ${shown(name)} has the key ${shown(upstream.key)}`);
    else upstreams[name] = upstream;
    if (upstream.reach === 'private' && upstream.cidrs.length === 0)
      inconsistent(
        problems,
        ['upstreams', name],
        `upstream ${name} is private and lists no CIDR, so it cannot be dialled`,
      );
  }

  const listeners: RouterListener[] = [];
  for (const [l, each] of plan.listeners.entries()) {
    const path = ['listeners', l];
    const listener = problems.shaped(listenerFrame, each, path);
    if (!listener) continue;
    const routes: Route[] = [];
    for (const [r, one] of listener.routes.entries()) {
      if (r % stepSize === 0) yield;
      const route = problems.shaped<Route>(routeShape, one, [...path, 'routes', r]);
      if (route) routes.push(route);
    }
    listeners.push({ ...listener, routes });
  }
  const checked: RoutePlan = { ...plan, listeners, upstreams };
  yield* checkConsistency(checked, problems);
  return problems.end(checked);
}

const inconsistent = (problems: Problems, path: Path, message: string): void =>
  problems.add(path, message, 'LG_ROUTES_INCONSISTENT');

function* checkConsistency(plan: RoutePlan, problems: Problems): Generator<void> {
  const keys = new Map<string, Path>();
  const ports = new Map<number, string>();
  const routeKeys = new Set<string>();
  if (plan.trustedNetworks.length === 0)
    inconsistent(problems, ['trustedNetworks'], 'no network is trusted, so no client can connect');
  for (const [l, listener] of plan.listeners.entries()) {
    const path = ['listeners', l];
    if (keys.has(listener.key)) inconsistent(problems, path, `listener ${listener.key} appears twice`);
    keys.set(listener.key, path);
    const other = ports.get(listener.port);
    if (other !== undefined)
      inconsistent(problems, path, `listeners ${other} and ${listener.key} both bind port ${listener.port}`);
    ports.set(listener.port, listener.key);
    checkSpeeches(listener, problems, path);
    yield* checkRoutes(plan, listener, { problems, path, routeKeys });
  }
}

function checkSpeeches(
  { key: name, port: bound, speaks, identity }: RouterListener,
  problems: Problems,
  path: Path,
): void {
  if (bound < lowestUnprivilegedPort)
    inconsistent(
      problems,
      path,
      `listener ${name} binds port ${bound}; the router has no privilege below ${lowestUnprivilegedPort}`,
    );
  if (new Set(speaks).size !== speaks.length) inconsistent(problems, path, `listener ${name} speaks something twice`);
  for (const alone of ['tcp', 'mysql'] as const)
    if (speaks.includes(alone) && speaks.length > 1)
      inconsistent(
        problems,
        path,
        `listener ${name} speaks ${alone} together with others; nothing can tell them apart`,
      );
  if (speaks.includes('mysql') && identity.by === 'endpoint')
    inconsistent(
      problems,
      path,
      `listener ${name} greets MySQL clients and waits for a PROXY header, which comes only after the client’s first bytes`,
    );
}

interface ConsistencyContext {
  readonly problems: Problems;
  readonly path: Path;
  readonly routeKeys: Set<string>;
}

function* checkRoutes(
  plan: RoutePlan,
  listener: RouterListener,
  { problems, path, routeKeys }: ConsistencyContext,
): Generator<void> {
  const claims = new Map<string, string>();
  /** Of each name in TLS: the first of its routes, and whether that is inspected. */
  const names = new Map<string, Route>();
  const prefixes = new Map<string, number>();
  for (const [r, route] of listener.routes.entries()) {
    if (r % stepSize === 0) yield;
    const at = [...path, 'routes', r];
    const { match, action } = route;
    if (routeKeys.has(route.key)) inconsistent(problems, at, `route ${route.key} appears twice`);
    routeKeys.add(route.key);
    if (!Object.hasOwn(plan.upstreams, action.upstream))
      inconsistent(problems, at, `route ${route.key} leads to upstream ${action.upstream}, which is not in the plan`);
    if (match.by === 'name' && !listener.speaks.includes(match.speech))
      inconsistent(
        problems,
        at,
        `route ${route.key} is for ${match.speech}, which listener ${listener.key} does not speak`,
      );
    if (match.by === 'port' && (listener.routes.length > 1 || !listener.speaks.includes('tcp')))
      inconsistent(
        problems,
        at,
        `route ${route.key} takes the whole port, so listener ${listener.key} must speak tcp and have no other route`,
      );
    if (action.isDefault && (match.by === 'port' || (match.speech !== 'mysql' && match.speech !== 'postgres')))
      inconsistent(
        problems,
        at,
        `route ${route.key} cannot be a default: only MySQL and Postgres have clients without a name`,
      );
    checkInspected(plan, route, {
      names,
      prefixes,
      say: (what) => inconsistent(problems, at, `route ${route.key} ${what}`),
    });
    for (const pattern of [...(action.paths?.allow ?? []), ...(action.paths?.deny ?? [])]) {
      const read = readPattern(pattern);
      if (read.is === 'refused')
        inconsistent(problems, at, `route ${route.key} has the path pattern ${shown(pattern)}, which ${read.why}`);
    }
    if (action.paths && action.tls === 'passthrough' && !(match.by === 'name' && match.speech === 'http'))
      inconsistent(problems, at, `route ${route.key} limits paths that the router cannot see`);
    const claim =
      match.by === 'port' ? 'the port' : `${match.speech} ${match.name}${match.path === '/' ? '' : (match.path ?? '')}`;
    const claimed = [claim, ...(action.isDefault && match.by === 'name' ? [`${match.speech} without a name`] : [])];
    for (const one of claimed) {
      const holder = claims.get(one);
      if (holder !== undefined)
        inconsistent(problems, at, `routes ${holder} and ${route.key} of listener ${listener.key} both take ${one}`);
      claims.set(one, route.key);
    }
  }
}

interface InspectedContext {
  readonly names: Map<string, Route>;
  /** How many routes each name has. */
  readonly prefixes: Map<string, number>;
  readonly say: (what: string) => void;
}

/** A name is inspected on all its routes or on none: no failure and no other path leads round the inspection. */
function checkInspected(plan: RoutePlan, route: Route, { names, prefixes, say }: InspectedContext): void {
  const { match, action } = route;
  const upstream = Object.hasOwn(plan.upstreams, action.upstream) ? plan.upstreams[action.upstream] : undefined;
  if (action.tls === 'inspect') {
    if (match.by === 'port' || match.speech !== 'tls') say('inspects what is not TLS by name');
    if (!plan.inspection) say('is inspected, and the plan does not say who signs certificates');
    if (upstream && !upstream.tls)
      say(`is inspected, and upstream ${upstream.key} does not say whose certificate it has`);
  } else {
    if (match.by === 'name' && match.path !== undefined)
      say('has a path prefix, and the router cannot see paths there');
    if (action.rewrite !== undefined) say('rewrites paths that the router cannot see');
    if (upstream?.tls) say(`is passed through to upstream ${upstream.key}, which expects TLS of the router`);
  }
  if (match.by === 'port' || match.speech !== 'tls') return;
  const count = (prefixes.get(match.name) ?? 0) + 1;
  prefixes.set(match.name, count);
  if (count === prefixesMax + 1) say(`is one of more than ${prefixesMax} for ${match.name}`);
  const other = names.get(match.name);
  if (!other) names.set(match.name, route);
  else if (other.action.tls !== action.tls)
    say(`and route ${other.key} are for ${match.name}, and only one of them is inspected`);
}

/** Checks data that claims to be a Policy. Never throws. */
export function checkPolicy(value: unknown): Checked<Policy> {
  const problems = new Problems('LG_POLICY_FILE');
  const policy = problems.shaped(policyFrame, value, []);
  if (!policy) return problems.end<Policy>(undefined);
  const entries = Object.entries(policy.endpoints);
  if (entries.length > endpointsMax) {
    problems.add(['endpoints'], `the policy has ${entries.length} endpoints; ${endpointsMax} are read`);
    return problems.end<Policy>(undefined);
  }
  const endpoints: Record<EndpointId, string> = {};
  for (const [id, value] of entries) {
    const endpoint = parseEndpointId(id);
    const ncc = keyShape.safeParse(value);
    if (!endpoint) problems.add(['endpoints', id], `${shown(id)} is not the id of an endpoint (vpce-…)`);
    else if (!ncc.success) problems.add(['endpoints', id], `${shown(value)} is not the key of an NCC`);
    else endpoints[endpoint] = ncc.data;
  }
  return problems.end<Policy>({ version: 1, endpoints });
}
