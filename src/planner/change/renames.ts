import type { Forward, InfraPlan, RoutePlan } from '../../ir/index.ts';

/** Something that stays what it is under another name. */
export interface Rename {
  readonly what: 'target' | 'workspace';
  readonly from: string;
  readonly to: string;
}

/** A target that may have another name now, though the spec does not say so. */
export interface LikelyRename {
  readonly from: string;
  readonly to: string;
}

/** A plan as it is compared. */
export interface Plans {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
}

/** The names that a plan or a lock has. */
export interface Names {
  readonly targets: ReadonlySet<string>;
  readonly workspaces: readonly { readonly name: string; readonly id?: string | undefined }[];
}

/**
 * Targets and workspaces that have another name in the second plan: targets where the plan says so (`renames`), workspaces by
 * their id. A name that both plans have is no new name of anything.
 */
export const renamesOf = (before: InfraPlan, after: InfraPlan): readonly Rename[] =>
  renamesBetween(namesOf(before), namesOf(after), after.renames ?? []);

/** The same of names, wherever they are from. */
export function renamesBetween(
  old: Names,
  next: Names,
  said: readonly { readonly from: string; readonly to: string }[],
): readonly Rename[] {
  const targets = said.filter(
    ({ from, to }) => old.targets.has(from) && !next.targets.has(from) && next.targets.has(to) && !old.targets.has(to),
  );
  const [had, has] = [nameSet(old), nameSet(next)];
  const byId = new Map(next.workspaces.flatMap(({ name, id }) => (id === undefined ? [] : [[id, name] as const])));
  const workspaces = old.workspaces.flatMap(({ name, id }) => {
    const to = id === undefined ? undefined : byId.get(id);
    if (to === undefined || has.has(name) || had.has(to)) return [];
    return [{ what: 'workspace' as const, from: name, to }];
  });
  return [...targets.map(({ from, to }) => ({ what: 'target' as const, from, to })), ...workspaces];
}

const nameSet = ({ workspaces }: Names): ReadonlySet<string> => new Set(workspaces.map(({ name }) => name));

const namesOf = (infra: InfraPlan): Names => ({
  targets: new Set(infra.targets.map(({ name }) => name)),
  workspaces: infra.nccs.flatMap((ncc) => ncc.workspaces),
});

/** Targets that went while another of the same hosts, ports and type came: perhaps the same under a new name. */
export function likelyRenames(before: InfraPlan, after: InfraPlan): readonly LikelyRename[] {
  const [old, next] = [namesOf(before).targets, namesOf(after).targets];
  const came = new Map<string, string[]>();
  for (const target of after.targets) {
    if (old.has(target.name)) continue;
    const key = likeness(target);
    came.set(key, [...(came.get(key) ?? []), target.name]);
  }
  return before.targets.flatMap((target) => {
    const [to, another] = next.has(target.name) ? [] : (came.get(likeness(target)) ?? []);
    return to !== undefined && another === undefined ? [{ from: target.name, to }] : [];
  });
}

const likeness = ({ type, hosts, ports, buckets, path }: InfraPlan['targets'][number]): string =>
  JSON.stringify([type, [...hosts].sort(), ports.map(({ port }) => port).sort(), [...buckets].sort(), path]);

/** The new name of each thing that has one. */
export function newNames(renames: readonly Rename[]): (what: Rename['what'], name: string) => string {
  const known = new Map(renames.map(({ what, from, to }) => [`${what} ${from}`, to]));
  return (what, name) => known.get(`${what} ${name}`) ?? name;
}

/** A plan with its targets and workspaces under their new names, so that a rename shows as one and not everywhere. */
export function withNewNames({ infra, routes }: Plans, renames: readonly Rename[]): Plans {
  if (renames.length === 0) return { infra, routes };
  const newName = newNames(renames);
  return renamed(
    { infra, routes },
    (name) => newName('target', name),
    (name) => newName('workspace', name),
  );
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
