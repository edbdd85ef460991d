import type { Forward, InfraPlan, RoutePlan } from '../../ir/index.ts';

/** Something that stays what it is under another name. */
export interface Rename {
  readonly what: 'target' | 'workspace';
  readonly from: string;
  readonly to: string;
}

/** A plan as it is compared. */
export interface Plans {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
}

/**
 * Targets and workspaces that have another name in the second plan: targets where the plan says so (`renames`), workspaces by
 * their id. A name that both plans have is no new name of anything.
 */
export function renamesOf(before: InfraPlan, after: InfraPlan): readonly Rename[] {
  const [old, next] = [namesOf(before), namesOf(after)];
  const targets = (after.renames ?? []).filter(
    ({ from, to }) => old.targets.has(from) && !next.targets.has(from) && next.targets.has(to) && !old.targets.has(to),
  );
  const byId = new Map(workspacesOf(after).flatMap(({ name, id }) => (id === undefined ? [] : [[id, name] as const])));
  const workspaces = workspacesOf(before).flatMap(({ name, id }) => {
    const to = id === undefined ? undefined : byId.get(id);
    if (to === undefined || to === name || next.workspaces.has(name) || old.workspaces.has(to)) return [];
    return [{ what: 'workspace' as const, from: name, to }];
  });
  return [...targets.map(({ from, to }) => ({ what: 'target' as const, from, to })), ...workspaces];
}

const workspacesOf = (infra: InfraPlan): InfraPlan['nccs'][number]['workspaces'] =>
  infra.nccs.flatMap((ncc) => ncc.workspaces);

const namesOf = (infra: InfraPlan) => ({
  targets: new Set(infra.targets.map(({ name }) => name)),
  workspaces: new Set(workspacesOf(infra).map(({ name }) => name)),
});

/** A plan with its targets and workspaces under their new names, so that a rename shows as one and not everywhere. */
export function withNewNames({ infra, routes }: Plans, renames: readonly Rename[]): Plans {
  if (renames.length === 0) return { infra, routes };
  const names = (what: Rename['what']): ((name: string) => string) => {
    const known = new Map(renames.filter((each) => each.what === what).map(({ from, to }) => [from, to]));
    return (name) => known.get(name) ?? name;
  };
  return renamed({ infra, routes }, names('target'), names('workspace'));
}

type NewName = (name: string) => string;

function renamed({ infra, routes }: Plans, target: NewName, workspace: NewName): Plans {
  // Keys of routes and upstreams begin with the name of their target.
  const key = (of: string): string => of.replace(/^[^/:]*/, target);
  const forward = (to: Forward): Forward => (to.to === 'broker' ? { ...to, target: target(to.target) } : to);
  return {
    infra: {
      ...infra,
      nccs: infra.nccs.map((ncc) => ({
        ...ncc,
        workspaces: ncc.workspaces.map((each) => ({ ...each, name: workspace(each.name) })),
      })),
      endpointServices: infra.endpointServices.map((service) => ({
        ...service,
        listeners: service.listeners.map((each) => ({
          ...each,
          targets: each.targets.map(target),
          forward: forward(each.forward),
        })),
      })),
      targets: infra.targets.map((each) => ({
        ...each,
        name: target(each.name),
        workspaces: each.workspaces.map(workspace),
      })),
      mskClusters: infra.mskClusters.map((each) => ({ ...each, target: target(each.target) })),
      credentials: infra.credentials.map((each) =>
        each.kafka ? { ...each, kafka: { ...each.kafka, target: target(each.kafka.target) } } : each,
      ),
    },
    routes: {
      ...routes,
      listeners: routes.listeners.map((listener) => ({
        ...listener,
        routes: listener.routes.map((route) => ({
          ...route,
          key: key(route.key),
          target: target(route.target),
          action: { ...route.action, upstream: key(route.action.upstream) },
        })),
      })),
      upstreams: Object.fromEntries(
        Object.entries(routes.upstreams).map(([name, each]) => [key(name), { ...each, key: key(each.key) }]),
      ),
    },
  };
}
