/**
 * The longest lists and texts that a router reads. A spec is held to them where they are written, so that no plan is made
 * that no router would take.
 */
export const routePlanBounds = {
  /** NCCs that one route or listener admits. */
  nccs: 1000,
  /** Patterns of request paths in one list, and the characters of one. */
  pathPatterns: 1000,
  pathPatternCharacters: 1000,
  /** Address ranges of one upstream, and those that load balancers connect from. */
  cidrs: 1000,
  addresses: 64,
  resolvers: 16,
  listeners: 10_000,
  /** Workspaces that have one NCC. */
  workspaces: 1000,
  /** Further names of fields whose values flow records do not show. */
  redactedNames: 200,
} as const;
