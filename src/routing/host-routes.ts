import type { Hostname, Route } from '../ir/index.ts';
import { type CompiledPaths, compilePaths } from './paths.ts';

/** A route of a host, with what a request is compared with, made once when the table is built. */
export interface PrefixRoute {
  readonly route: Route;
  /** Its decoded prefix in segments; none for `/`. */
  readonly segments: readonly string[];
  readonly paths: CompiledPaths | undefined;
}

/** The routes of one host name. */
export interface HostRoutes {
  /** The longest prefix first. */
  readonly byPrefix: readonly PrefixRoute[];
  /** Whether any of them depends on the path. If none does, paths are forwarded as they were sent. */
  readonly pathsDecide: boolean;
}

/** Adds a route to its host. Of two with one prefix the last one wins, as everywhere in a table. */
export function addToHost(hosts: Map<Hostname, HostRoutes>, name: Hostname, route: Route): void {
  const made = prefixRoute(route);
  const before = hosts.get(name);
  const others = (before?.byPrefix ?? []).filter(({ segments }) => !isSame(segments, made.segments));
  const byPrefix = [...others, made].sort((a, b) => b.segments.length - a.segments.length);
  hosts.set(name, { byPrefix, pathsDecide: byPrefix.some(dependsOnPath) });
}

const dependsOnPath = ({ route, segments, paths }: PrefixRoute): boolean =>
  segments.length > 0 || paths !== undefined || route.action.rewrite !== undefined;

function prefixRoute(route: Route): PrefixRoute {
  const prefix = route.match.by === 'name' ? (route.match.path ?? '/') : '/';
  return { route, segments: segmentsOf(decoded(prefix)), paths: compilePaths(route.action.paths) };
}

/** The segments of a path; none for `/`. A slash at the end counts as no segment. */
export const segmentsOf = (path: string): readonly string[] => {
  const segments = path.split('/').slice(1);
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments;
};

const decoded = (prefix: string): string =>
  prefix.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((segment, at) => segment === b[at]);

/** The route with the longest prefix of a path, given in segments. */
export function longestPrefix({ byPrefix }: HostRoutes, path: readonly string[]): PrefixRoute | undefined {
  return byPrefix.find(
    ({ segments }) => segments.length <= path.length && segments.every((segment, at) => segment === path[at]),
  );
}
