/**
 * emit/snippets: what to paste into Databricks to use a target, with the right names, ports and timeouts.
 * Never: I/O, a secret (they are read from a secret scope), knowledge of the spec.
 * Imports: ir. Imported by: app.
 */
import type { InfraPlan, PlannedTarget, RoutePlan } from '../../ir/index.ts';
import {
  mongodbSnippets,
  mysqlSnippets,
  oracleSnippets,
  postgresSnippets,
  redisSnippets,
  sqlserverSnippets,
} from './databases.ts';
import { kafkaSnippets } from './kafka.ts';
import type { Snippet, SnippetSource } from './snippet.ts';
import { httpSnippets, s3Snippets, tcpSnippets, tlsSnippets } from './web.ts';

export { pipLine, type Snippet } from './snippet.ts';

/** One line per target type of the spec. */
const byType: Readonly<Record<string, (source: SnippetSource) => readonly Snippet[]>> = {
  https: (source) => httpSnippets(source, 'https'),
  http: (source) => httpSnippets(source, 'http'),
  postgres: postgresSnippets,
  mysql: mysqlSnippets,
  sqlserver: sqlserverSnippets,
  oracle: oracleSnippets,
  kafka: kafkaSnippets,
  redis: redisSnippets,
  mongodb: mongodbSnippets,
  tls: tlsSnippets,
  tcp: tcpSnippets,
  s3: s3Snippets,
};

/**
 * Snippets for a target of the plan, most used first. Empty for a type that has none.
 *
 * @param routes Where a route allows some paths only, snippets ask for one of these.
 */
export function emitSnippets(plan: InfraPlan, target: PlannedTarget, routes?: RoutePlan): readonly Snippet[] {
  const allow = routes?.listeners.flatMap((listener) => listener.routes).find((route) => route.target === target.name)
    ?.action.paths?.allow;
  return byType[target.type]?.({ plan, target, ...(allow && { allow }) }) ?? [];
}
