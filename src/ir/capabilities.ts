import type { RouterFleet } from './infra-plan.ts';
import type { Route } from './route-plan.ts';

/** A program that executes a RoutePlan. */
export type EngineName = RouterFleet['engine'];

/** What a route can ask of its engine, in words. */
export const capabilityTexts = {
  'tls-by-name': 'routing of TLS by server name',
  'postgres-by-name': 'routing of Postgres by name',
  'http-by-name': 'routing of HTTP by Host',
  'mysql-by-name': 'routing of MySQL by name',
  'tcp-by-port': 'routing by port',
  'request-paths': 'limits of request paths',
  'tls-inspection': 'TLS inspection',
} as const;

export type Capability = keyof typeof capabilityTexts;

interface Engine {
  /** It can be put to work at all. */
  readonly isBuilt: boolean;
  readonly does: Readonly<Record<Capability, boolean>>;
}

/** What each engine does today. Whoever speaks about a route asks this table; a feature that lands is a word changed here. */
export const engines: Readonly<Record<EngineName, Engine>> = {
  node: {
    isBuilt: true,
    does: {
      'tls-by-name': true,
      'postgres-by-name': true,
      'http-by-name': true,
      'mysql-by-name': true,
      'tcp-by-port': true,
      'request-paths': true,
      'tls-inspection': true,
    },
  },
  haproxy: {
    isBuilt: false,
    does: {
      'tls-by-name': false,
      'postgres-by-name': false,
      'http-by-name': false,
      'mysql-by-name': false,
      'tcp-by-port': false,
      'request-paths': false,
      'tls-inspection': false,
    },
  },
};

/** What a route asks of its engine. Paths inside TLS can be seen only where TLS is inspected. */
export function needsOf({ match, action }: Route): readonly Capability[] {
  const needs: Capability[] = [match.by === 'port' ? 'tcp-by-port' : `${match.speech}-by-name`];
  const { allow = [], deny = [] } = action.paths ?? {};
  const limitsPaths = allow.length + deny.length > 0;
  if (limitsPaths) needs.push('request-paths');
  if (action.tls === 'inspect' || (limitsPaths && needs[0] !== 'http-by-name')) needs.push('tls-inspection');
  return needs;
}

/** What a route asks for and the engine does not do. */
export const missingFor = (route: Route, engine: EngineName): readonly Capability[] =>
  needsOf(route).filter((capability) => !engines[engine].does[capability]);
