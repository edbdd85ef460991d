import type { Diagnostic } from '../diagnostics/index.ts';
import { checkInfraPlan, inconsistent, type Listener, type RouterListener } from '../ir/index.ts';
import type { ListenerNode, Topology } from './graph.ts';

/**
 * Whether the two plans fit each other, and each itself: every router listener has its load balancer's and the other way
 * round, ports agree, a listener carries identity exactly where its routes need it. Linear; never throws.
 */
export function checkTopology(topology: Topology): readonly Diagnostic[] {
  const { infra, routes } = topology;
  return [
    ...checkInfraPlan(infra),
    ...routerPorts(topology),
    ...routes.listeners.flatMap((listener, i) => checkRoutes(topology, listener, ['routes', 'listeners', i])),
    ...[...topology.services.values()].flatMap((service) =>
      [...service.listeners.values()].flatMap((node) => checkListener(topology, service.service.key, node)),
    ),
    ...orphans(topology),
  ];
}

type Path = readonly (string | number)[];

function routerPorts({ infra, routes }: Topology): Diagnostic[] {
  const taken = new Map<number, string>();
  const found: Diagnostic[] = [];
  if (infra.router) taken.set(infra.router.readinessPort, 'the readiness check');
  for (const [i, { key, port }] of routes.listeners.entries()) {
    const other = taken.get(port);
    if (other === undefined) taken.set(port, `router listener ${key}`);
    else
      found.push(
        inconsistent(['routes', 'listeners', i], `router listener ${key} uses port ${port}, which ${other} also uses`),
      );
  }
  return found;
}

function checkRoutes(topology: Topology, listener: RouterListener, path: Path): Diagnostic[] {
  const found: Diagnostic[] = [];
  const claims = new Map<string, string>();
  const byPort = listener.routes.filter((route) => route.match.by === 'port');
  if (listener.routes.length === 0) found.push(inconsistent(path, `router listener ${listener.key} has no route`));
  if (byPort.length > 0 && listener.routes.length > 1)
    found.push(inconsistent(path, `router listener ${listener.key} has a route by port and other routes`));
  if (byPort.length > 0 !== listener.speaks.includes('tcp') || (byPort.length > 0 && listener.speaks.length > 1))
    found.push(
      inconsistent(
        path,
        `router listener ${listener.key} accepts ${listener.speaks.join(', ')}; a route by port requires tcp, and tcp cannot be combined`,
      ),
    );
  if (listener.speaks.includes('mysql') && listener.speaks.length > 1)
    found.push(
      inconsistent(
        path,
        `router listener ${listener.key} sends the MySQL greeting, so it cannot accept other protocols`,
      ),
    );
  if (listener.speaks.includes('mysql') && listener.identity.by === 'endpoint')
    found.push(
      inconsistent(
        path,
        `router listener ${listener.key} speaks first, but a load balancer sends the PROXY header only with the first bytes of the client`,
      ),
    );
  for (const [i, route] of listener.routes.entries()) {
    const at = [...path, 'routes', i];
    if (!topology.upstreams.has(route.action.upstream))
      found.push(
        inconsistent(at, `route ${route.key} uses upstream ${route.action.upstream}, which is not in the plan`),
      );
    for (const ncc of route.allow)
      if (!topology.nccs.has(ncc))
        found.push(inconsistent(at, `route ${route.key} admits NCC ${ncc}, which is not in the plan`));
    if (route.match.by === 'port') continue;
    const { speech, name } = route.match;
    if (!listener.speaks.includes(speech))
      found.push(
        inconsistent(at, `route ${route.key} is for ${speech}, which router listener ${listener.key} does not accept`),
      );
    const { path: prefix = '/' } = route.match;
    const place = `${speech} ${name}${prefix === '/' ? '' : prefix}`;
    for (const claim of route.action.isDefault ? [place, `${speech} without a name`] : [place]) {
      const other = claims.get(claim);
      if (other === undefined) claims.set(claim, route.key);
      else
        found.push(
          inconsistent(at, `routes ${other} and ${route.key} both match ${claim} on router listener ${listener.key}`),
        );
    }
  }
  return found;
}

function checkListener(topology: Topology, service: string, { listener, router }: ListenerNode): Diagnostic[] {
  const path = ['endpointServices', service, 'listeners', listener.key];
  if (listener.forward.to !== 'router')
    return listener.targetGroup.proxyProtocolV2
      ? [
          inconsistent(
            path,
            `listener ${listener.key} bypasses the router and sends a PROXY header, which the target does not expect`,
          ),
        ]
      : [];
  if (!router)
    return [inconsistent(path, `listener ${listener.key} forwards to the router, which has no listener with this key`)];
  return [
    ...checkIdentity(topology, service, { listener, router: router.listener }, path),
    ...checkSides(listener, router.listener, path),
  ];
}

function checkSides(listener: Listener, router: RouterListener, path: Path): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (listener.targetGroup.port !== router.port)
    found.push(
      inconsistent(
        path,
        `listener ${listener.key} forwards to port ${listener.targetGroup.port} of the router, which listens on port ${router.port}`,
      ),
    );
  if (listener.port !== router.clientPort)
    found.push(
      inconsistent(
        path,
        `listener ${listener.key} is on port ${listener.port}, but the router expects that clients dial port ${router.clientPort}`,
      ),
    );
  const behind = new Set(router.routes.map((route) => route.target));
  for (const target of listener.targets)
    if (!behind.delete(target))
      found.push(inconsistent(path, `target ${target} is behind listener ${listener.key}, but has no route there`));
  for (const target of behind)
    found.push(
      inconsistent(path, `target ${target} has a route behind listener ${listener.key}, which does not list it`),
    );
  return found;
}

/** With a PROXY header every route asks who comes; without one, all who can dial must be granted all routes. */
function checkIdentity(
  topology: Topology,
  service: string,
  { listener, router }: { listener: Listener; router: RouterListener },
  path: Path,
): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { identity } = router;
  if (listener.targetGroup.proxyProtocolV2 !== (identity.by === 'endpoint'))
    found.push(
      inconsistent(
        path,
        `listener ${listener.key} ${identity.by === 'endpoint' ? 'sends no PROXY header, but the router requires one' : 'sends a PROXY header, but the router expects none'}`,
      ),
    );
  if (identity.by === 'endpoint') return found;
  const dialers = [...topology.nccs.values()].filter((node) => node.byService.has(service)).map((node) => node.ncc.key);
  if (!sameSet(identity.nccs, dialers))
    found.push(
      inconsistent(
        path,
        `listener ${listener.key} has no endpoint identity and is for ${list(identity.nccs)}, but ${list(dialers)} can dial it`,
      ),
    );
  for (const route of router.routes)
    if (!sameSet(route.allow, identity.nccs))
      found.push(
        inconsistent(
          path,
          `route ${route.key} admits ${list(route.allow)} on a listener without endpoint identity that is for ${list(identity.nccs)}`,
        ),
      );
  return found;
}

function orphans({ infra, routes }: Topology): Diagnostic[] {
  const keys = new Set(
    infra.endpointServices.flatMap((service) =>
      service.listeners.filter((listener) => listener.forward.to === 'router').map((listener) => listener.key),
    ),
  );
  return routes.listeners
    .filter((listener) => !keys.has(listener.key))
    .map((listener) =>
      inconsistent(['routes', 'listeners'], `no load balancer listener forwards to router listener ${listener.key}`),
    );
}

const list = (keys: readonly string[]): string => [...keys].sort().join(', ') || 'none';
const sameSet = (a: readonly string[], b: readonly string[]): boolean => {
  const other = new Set(b);
  return new Set(a).size === other.size && a.every((key) => other.has(key));
};
