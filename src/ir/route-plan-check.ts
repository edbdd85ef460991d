import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Code, Diagnostic } from '../diagnostics/index.ts';
import type { Checked } from './checked.ts';
import type { Policy, Route, RoutePlan, RouterListener, Upstream } from './route-plan.ts';
import {
  type Cidr,
  type EndpointId,
  type Hostname,
  type IpAddress,
  type Port,
  parseCidr,
  parseEndpointId,
  parseHostname,
  parsePort,
} from './values.ts';

/** Problems that are reported of one file; more are counted. */
const problemsMax = 50;
/** Routes that are checked between two steps: well under a millisecond of work. */
const stepSize = 100;
const listenersMax = 10_000;
const routesMax = 200_000;
const endpointsMax = 100_000;

const isIpAddress = (text: unknown): text is IpAddress =>
  typeof text === 'string' &&
  (ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.IPv6.isValid(text)));

const port = z.custom<Port>((n) => typeof n === 'number' && parsePort(n) !== undefined, 'is not a port, 1 to 65535');
const hostname = z.custom<Hostname>(
  (text) => typeof text === 'string' && parseHostname(text) === text,
  'is not a host name in lower case without a trailing dot',
);
const cidr = z.custom<Cidr>(
  (text) => typeof text === 'string' && parseCidr(text) !== undefined,
  'is not an IPv4 network such as 10.40.0.0/22',
);
const address = z.custom<IpAddress>(isIpAddress, 'is not an IP address');
/** Keys are printed, used in lists and as labels. A letter or digit first: no file can name a part of a prototype. */
const key = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._:/-]{0,299}$/i, 'is not a key: letters, digits, . _ : / -, at most 300');
const text = z.string().max(1000);
const nameSpeech = z.enum(['tls', 'postgres', 'http', 'mysql']);

const routeShape = z.strictObject({
  key,
  target: key,
  match: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('name'), speech: nameSpeech, name: hostname }),
    z.strictObject({ by: z.literal('port') }),
  ]),
  allow: z.array(key).max(1000),
  action: z.strictObject({
    upstream: key,
    tls: z.enum(['passthrough', 'inspect']),
    paths: z.strictObject({ allow: z.array(text).max(1000), deny: z.array(text).max(1000) }).optional(),
    isDefault: z.boolean().optional(),
    unavailable: z.enum(['explain', 'reset']).optional(),
  }),
});

const listenerShape = z.strictObject({
  key,
  port,
  clientPort: port,
  speaks: z
    .array(z.enum(['tls', 'postgres', 'http', 'mysql', 'tcp']))
    .min(1)
    .max(5),
  identity: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('endpoint') }),
    z.strictObject({ by: z.literal('listener'), nccs: z.array(key).max(1000) }),
  ]),
  routes: z.array(z.unknown()).max(routesMax),
  mysqlFamily: z.enum(['mysql', 'mariadb']).optional(),
});

const upstreamShape = z.strictObject({
  key,
  host: hostname,
  port,
  addresses: z.array(address).min(1).max(64).optional(),
  network: key,
  cidrs: z.array(cidr).max(1000),
  reach: z.enum(['private', 'public']),
  resolvers: z.array(address).min(1).max(16).optional(),
  health: z.strictObject({
    kind: z.enum(['none', 'tcp', 'tls', 'postgres']),
    intervalSeconds: z.number().min(1).max(3600),
    rise: z.number().int().min(1).max(100),
    fall: z.number().int().min(1).max(100),
  }),
  maxConnections: z.number().int().min(1).max(1_000_000).optional(),
  onMove: z.enum(['keep', 'close']).optional(),
});

const planShape = z.strictObject({
  version: z.literal(1),
  name: text,
  listeners: z.array(z.unknown()).max(listenersMax),
  upstreams: z.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'is not an object of upstreams by key',
  ),
  trustedNetworks: z.array(cidr).max(1000),
});

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
    for (const issue of parsed.error.issues) {
      const at = [...path, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
      this.add(at, `${at.join('.') || 'the file'}: ${shown(valueAt(value, issue.path))} ${sentence(issue.message)}`);
    }
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

const sentence = (message: string): string => (message.startsWith('is ') ? message : `does not fit: ${message}`);

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );
}

/** A value from a file, short and printable. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
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
  const plan = problems.shaped(planShape, value, []);
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
    const listener = problems.shaped(listenerShape, each, path);
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
  yield* checkFit(checked, problems);
  return problems.end(checked);
}

const inconsistent = (problems: Problems, path: Path, message: string): void =>
  problems.add(path, message, 'LG_ROUTES_INCONSISTENT');

function* checkFit(plan: RoutePlan, problems: Problems): Generator<void> {
  const keys = new Map<string, Path>();
  const ports = new Map<number, string>();
  const routeKeys = new Set<string>();
  if (plan.trustedNetworks.length === 0)
    inconsistent(problems, ['trustedNetworks'], 'no network is trusted, so nobody could connect');
  for (const [l, listener] of plan.listeners.entries()) {
    const path = ['listeners', l];
    if (keys.has(listener.key)) inconsistent(problems, path, `listener ${listener.key} is there twice`);
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
  if (bound < 1024)
    inconsistent(problems, path, `listener ${name} binds port ${bound}; the router has no privilege below 1024`);
  if (new Set(speaks).size !== speaks.length) inconsistent(problems, path, `listener ${name} speaks something twice`);
  for (const alone of ['tcp', 'mysql'] as const)
    if (speaks.includes(alone) && speaks.length > 1)
      inconsistent(problems, path, `listener ${name} speaks ${alone} beside others; nothing could tell them apart`);
  if (speaks.includes('mysql') && identity.by === 'endpoint')
    inconsistent(
      problems,
      path,
      `listener ${name} greets MySQL clients and waits for a PROXY header, which comes only after the client’s first bytes`,
    );
}

interface FitContext {
  readonly problems: Problems;
  readonly path: Path;
  readonly routeKeys: Set<string>;
}

function* checkRoutes(
  plan: RoutePlan,
  listener: RouterListener,
  { problems, path, routeKeys }: FitContext,
): Generator<void> {
  const claims = new Map<string, string>();
  for (const [r, route] of listener.routes.entries()) {
    if (r % stepSize === 0) yield;
    const at = [...path, 'routes', r];
    const { match, action } = route;
    if (routeKeys.has(route.key)) inconsistent(problems, at, `route ${route.key} is there twice`);
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
        `route ${route.key} takes the whole port, so listener ${listener.key} must speak tcp and have no other`,
      );
    if (action.isDefault && (match.by === 'port' || (match.speech !== 'mysql' && match.speech !== 'postgres')))
      inconsistent(
        problems,
        at,
        `route ${route.key} cannot be a default: only MySQL and Postgres have clients without a name`,
      );
    if (action.paths && action.tls === 'passthrough' && !(match.by === 'name' && match.speech === 'http'))
      inconsistent(problems, at, `route ${route.key} limits paths that the router cannot see`);
    const claim = match.by === 'port' ? 'the port' : `${match.speech} ${match.name}`;
    const taken = [claim, ...(action.isDefault && match.by === 'name' ? [`${match.speech} without a name`] : [])];
    for (const one of taken) {
      const holder = claims.get(one);
      if (holder !== undefined)
        inconsistent(problems, at, `routes ${holder} and ${route.key} of listener ${listener.key} both take ${one}`);
      claims.set(one, route.key);
    }
  }
}

/** Checks data that claims to be a Policy. Never throws. */
export function checkPolicy(value: unknown): Checked<Policy> {
  const problems = new Problems('LG_POLICY_FILE');
  const shape = z.strictObject({ version: z.literal(1), endpoints: z.record(z.string(), z.string()) });
  const policy = problems.shaped(shape, value, []);
  if (!policy) return problems.end<Policy>(undefined);
  const endpoints: Record<EndpointId, string> = {};
  const entries = Object.entries(policy.endpoints);
  if (entries.length > endpointsMax)
    problems.add(['endpoints'], `the policy has ${entries.length} endpoints; ${endpointsMax} are read`);
  for (const [id, ncc] of entries) {
    const endpoint = parseEndpointId(id);
    if (!endpoint) problems.add(['endpoints', id], `${shown(id)} is not the id of an endpoint (vpce-…)`);
    else if (!key.safeParse(ncc).success) problems.add(['endpoints', id], `${shown(ncc)} is not the key of an NCC`);
    else endpoints[endpoint] = ncc;
  }
  return problems.end<Policy>({ version: 1, endpoints });
}
