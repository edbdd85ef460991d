import type { Hostname } from '../ir/index.ts';
import type { RouteTable } from '../routing/index.ts';
import type { Walk } from '../topology/index.ts';
import type { GrantedRequests, GrantedTarget } from './proof-types.ts';

/** A request on a connection: what the proof enumerates of it. */
export interface Request {
  readonly path: string;
  /** Default: the host of the connection. */
  readonly requestHost?: Hostname;
}

/** A name that no plan has: `.invalid` is reserved (RFC 2606). */
const stranger = 'stranger.lakegate.invalid' as Hostname;

/**
 * Paths of which an honest client may expect one to reach the target: its prefix, something below it, and for each
 * pattern that it allows the path that the pattern itself is.
 */
export function honestPaths({ path, allow }: Pick<GrantedRequests, 'path' | 'allow'>): readonly string[] {
  const below = path === '/' ? '/x' : `${path}/x`;
  const allowed = allow.flatMap((pattern) =>
    ['', 'x'].map((rest) => {
      const segments = pattern.split('/').flatMap((part) => (part === '**' ? (rest === '' ? [] : [rest]) : [part]));
      return segments.join('/').replaceAll('*', 'x') || '/';
    }),
  );
  return [...new Set([path, below, ...allowed])];
}

/**
 * Requests that try every border between the prefixes of a host: each prefix, names that only begin like one, ways out of
 * it and into the next in every spelling that some server reads, paths that its rules allow, and other hosts on the same
 * connection.
 */
export function hostileRequests({ byRequest }: RouteTable, name: Hostname): readonly Request[] {
  const host = byRequest.tls.get(name) ?? byRequest.http.get(name);
  if (!host) return [];
  const others = [...byRequest.tls.keys(), ...byRequest.http.keys()].filter((other) => other !== name);
  const elsewhere = [...new Set([others[0], others.at(-1), stranger])].flatMap((requestHost) =>
    requestHost === undefined ? [] : [{ path: '/', requestHost }],
  );
  if (!host.pathsDecide) return [{ path: '/' }, ...elsewhere];
  const prefixes = host.byPrefix.map(({ route }) => (route.match.by === 'name' ? (route.match.path ?? '/') : '/'));
  const paths = new Set(['/', '/x', '//', '*']);
  for (const { route } of host.byPrefix) {
    const path = route.match.by === 'name' ? (route.match.path ?? '/') : '/';
    for (const way of honestPaths({ path, allow: route.action.paths?.allow ?? [] })) paths.add(way);
  }
  for (const [at, prefix] of prefixes.entries()) {
    const next = prefixes[(at + 1) % prefixes.length] ?? '/';
    const [own, target] = [prefix, next].map((each) => (each === '/' ? '' : each)) as [string, string];
    const up = own.replace(/[^/]+/g, '..').slice(1) || '.';
    for (const way of [
      prefix,
      `${own}/`,
      `${own}/x`,
      `${prefix}X`,
      `${prefix};x/y`,
      prefix.toUpperCase(),
      `/${prefix}`,
      `/\\${prefix}`,
      `${own}/x/../${up}${target}/y`,
      `${own}/${up.replaceAll('.', '%2e')}${target}/y`,
      `${own}/x%2f..%2f${up}${target}`,
      `${own}/..;${target}/y`,
      encoded(prefix, '%'),
      encoded(prefix, '%25'),
    ])
      paths.add(way);
  }
  return [...[...paths].map((path) => ({ path })), ...elsewhere];
}

const encoded = (path: string, sign: string): string =>
  path.replace(/[a-z0-9]/gi, (letter) => `${sign}${letter.charCodeAt(0).toString(16)}`);

/**
 * What is wrong with a request that arrived, found from what the upstream gets and the spec alone: it must lie below
 * the prefix of the target, and below no longer one of another target of the host.
 *
 * @param sharing The targets of the host.
 */
export function misplaced(target: GrantedTarget, sharing: readonly GrantedTarget[], way: Walk): string | undefined {
  const { inspected: own } = target;
  if (!own || way.request?.is !== 'route') return undefined;
  const got = way.request.path;
  const front = own.prefix ?? own.path;
  if (!isBelow(got, front)) return `a path outside ${front}: ${got}`;
  const asked = `${own.path === '/' ? '' : own.path}${front === '/' ? got : got.slice(front.length)}` || '/';
  for (const other of sharing) {
    if (other === target || !other.inspected || !other.ports.some((port) => target.ports.includes(port))) continue;
    if (other.inspected.path.length > own.path.length && isBelow(asked, other.inspected.path))
      return `${asked}, which belongs to ${other.name}`;
  }
  return undefined;
}

const isBelow = (path: string, prefix: string): boolean =>
  prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);

/** Whether a route does with requests what the spec says of its target. */
export function wrongRequests({ inspected }: GrantedTarget, { route, upstream }: Walk): string | undefined {
  if (!route || !upstream) return undefined;
  const { action, match } = route;
  if ((action.tls === 'inspect') !== (inspected !== undefined))
    return `TLS that is ${action.tls === 'inspect' ? 'inspected' : 'passed through'}`;
  if (!inspected) return undefined;
  const [path, rewrite] = [match.by === 'name' ? (match.path ?? '/') : '/', action.rewrite];
  if (path !== inspected.path) return `the path ${path}`;
  if (rewrite !== inspected.prefix) return `the prefix ${rewrite ?? path} of the upstream`;
  for (const list of ['allow', 'deny'] as const)
    if (!sameTexts(action.paths?.[list] ?? [], inspected[list])) return `other path patterns under ${list}`;
  const name = inspected.tlsName ?? inspected.host ?? (match.by === 'name' ? match.name : undefined);
  if (upstream.tls?.name !== name) return `a certificate for ${upstream.tls?.name ?? 'no name'}`;
  return sameTexts(upstream.tls?.ca ?? [], inspected.ca ?? []) ? undefined : 'other CAs of the upstream';
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, at) => text === b[at]);
