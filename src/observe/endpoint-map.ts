import type { Policy, RouterListener } from '../ir/index.ts';
import { broken, type Finding, risk } from './finding.ts';
import type { LiveEndpoint } from './nccs.ts';

/**
 * A router listener with the effect of the endpoint map: the router learns the NCC of an endpoint from the map, so an NCC is
 * admitted where the map assigns its endpoint to an NCC that the route admits. With a correct map nothing changes.
 */
export function withEndpointMap(
  listener: RouterListener,
  service: string,
  { endpoints, policy }: { readonly endpoints: readonly LiveEndpoint[]; readonly policy: Policy | undefined },
): RouterListener {
  if (listener.identity.by !== 'endpoint' || !policy) return listener;
  const arriving = endpoints.filter((each) => each.carries && each.service === service);
  return {
    ...listener,
    routes: listener.routes.map((route) => {
      const admitted = arriving.filter((each) => route.allow.includes(policy.endpoints[each.id] ?? ''));
      return { ...route, allow: [...new Set(admitted.map((each) => each.ncc))].sort() };
    }),
  };
}

/** Differences between the routers' endpoint map and the endpoints that exist. */
export function mapFindings(
  endpoints: readonly LiveEndpoint[],
  policy: Policy | undefined,
  nccsKnown: boolean,
): readonly Finding[] {
  if (!policy) return [];
  const wrong = endpoints.flatMap(({ id, ncc, names, service, carries }): readonly Finding[] => {
    const mapped = policy.endpoints[id];
    if (!carries || service === undefined || mapped === ncc) return [];
    const place = { at: 'endpoint', service, endpoint: id, ncc, names } as const;
    return [
      broken(
        'LG_LIVE_ENDPOINT_MAP',
        place,
        mapped === undefined
          ? `the routers do not know endpoint ${id} of NCC ${ncc}: they refuse its connections`
          : `the routers take endpoint ${id} of NCC ${ncc} for one of NCC ${mapped}: its clients have the rights of ${mapped}`,
      ),
    ];
  });
  const known = new Set<string>(endpoints.map((each) => each.id));
  const stale = Object.entries(policy.endpoints).filter(([id]) => nccsKnown && !known.has(id));
  return [
    ...wrong,
    ...stale.map(([id, ncc]) =>
      risk(
        'LG_LIVE_ENDPOINT_MAP',
        { at: 'endpoint', service: '', endpoint: id, ncc },
        `the routers take endpoint ${id}, which no rule reports, for one of NCC ${ncc}`,
      ),
    ),
  ];
}
