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
        inconsistent(['routes', 'listeners', i], `router listener ${key} wants port ${port}, which ${other} has`),
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
    found.push(inconsistent(path, `router listener ${listener.key} has a route by port and others beside it`));
  if (byPort.length > 0 !== listener.speaks.includes('tcp') || (byPort.length > 0 && listener.speaks.length > 1))
    found.push(
      inconsistent(
        path,
        `router listener ${listener.key} speaks ${listener.speaks.join(', ')}; a route by port goes with tcp alone, and tcp with nothing else`,
      ),
    );
  if (listener.speaks.includes('mysql') && listener.speaks.length > 1)
    found.push(
      inconsistent(path, `router listener ${listener.key} greets MySQL clients, so it can speak nothing beside it`),
    );
  if (listener.speaks.includes('mysql') && listener.identity.by === 'endpoint')
    found.push(
      inconsistent(
        path,
        `router listener ${listener.key} speaks first, and a load balancer sends the PROXY header only with the client’s first bytes`,
      ),
    );
  for (const [i, route] of listener.routes.entries()) {
    const at = [...path, 'routes', i];
    if (!topology.upstreams.has(route.action.upstream))
      found.push(
        inconsistent(at, `route ${route.key} goes to upstream ${route.action.upstream}, which is not in the plan`),
      );
    for (const ncc of route.allow)
      if (!topology.nccs.has(ncc))
        found.push(inconsistent(at, `route ${route.key} admits NCC ${ncc}, which is not in the plan`));
    if (route.match.by === 'port') continue;
    const { speech, name } = route.match;
    if (!listener.speaks.includes(speech))
      found.push(
        inconsistent(at, `route ${route.key} is for ${speech}, which router listener ${listener.key} does not speak`),
      );
    for (const claim of route.action.isDefault
      ? [`${speech} ${name}`, `${speech} without a name`]
      : [`${speech} ${name}`]) {
      const other = claims.get(claim);
      if (other === undefined) claims.set(claim, route.key);
      else
        found.push(
          inconsistent(at, `routes ${other} and ${route.key} both take ${claim} on router listener ${listener.key}`),
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
            `listener ${listener.key} goes straight to the target and sends a PROXY header, which the target does not expect`,
          ),
        ]
      : [];
  if (!router)
    return [inconsistent(path, `listener ${listener.key} forwards to the router, which has no listener of that key`)];
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
        `listener ${listener.key} forwards to port ${listener.targetGroup.port} of the router, which listens on ${router.port}`,
      ),
    );
  if (listener.port !== router.clientPort)
    found.push(
      inconsistent(
        path,
        `listener ${listener.key} is on port ${listener.port}; the router believes that clients dial ${router.clientPort}`,
      ),
    );
  const behind = new Set(router.routes.map((route) => route.target));
  for (const target of listener.targets)
    if (!behind.delete(target))
      found.push(inconsistent(path, `target ${target} is behind listener ${listener.key} and has no route there`));
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
        `listener ${listener.key} ${identity.by === 'endpoint' ? 'sends no PROXY header and the router demands one' : 'sends a PROXY header and the router expects none'}`,
      ),
    );
  if (identity.by === 'endpoint') return found;
  const dialers = [...topology.nccs.values()].filter((node) => node.byService.has(service)).map((node) => node.ncc.key);
  if (!sameSet(identity.nccs, dialers))
    found.push(
      inconsistent(
        path,
        `listener ${listener.key} has no endpoint identity and is meant for ${list(identity.nccs)}; ${list(dialers)} can dial it`,
      ),
    );
  for (const route of router.routes)
    if (!sameSet(route.allow, identity.nccs))
      found.push(
        inconsistent(
          path,
          `route ${route.key} admits ${list(route.allow)} on a listener without endpoint identity that is meant for ${list(identity.nccs)}`,
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

const list = (keys: readonly string[]): string => [...keys].sort().join(', ') || 'nobody';
const sameSet = (a: readonly string[], b: readonly string[]): boolean => {
  const other = new Set(b);
  return new Set(a).size === other.size && a.every((key) => other.has(key));
};
