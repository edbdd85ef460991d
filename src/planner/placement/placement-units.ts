import type { Hostname, Port } from '../../ir/index.ts';
import { byText } from '../../ir/index.ts';
import type { Target } from '../../spec/index.ts';
import { type Bits, membersOf } from '../access/bits.ts';

/** How a demand may share a port with others of one service. */
export type Sharing =
  /** By name, told apart by first bytes: TLS, HTTP, Postgres. */
  | 'by-name'
  /** By name behind a greeting of one family. */
  | 'mysql'
  | 'mariadb'
  /** Alone on the port. */
  | 'alone';

/** One target's need for one port under one name (or several that mean the same place). */
export interface Demand {
  readonly target: Target;
  readonly hosts: readonly Hostname[];
  readonly port: Port;
  readonly sharing: Sharing;
  /** Goes to a broker without a router; its number from 1. */
  readonly broker?: number;
  /** Whether the router learns the endpoint. Without it, every NCC with a rule to the service must be granted the target. */
  readonly identified: boolean;
  /** NCCs that may use it. */
  readonly grants: Bits;
  readonly remap: boolean;
  /** Also takes clients that send no name; of a target with several names, the first. */
  readonly isDefault: boolean;
}

/** What must stay together in one service: a name with all its ports, and names that only work together. */
export interface PlacementUnit {
  /** Its first name. */
  readonly key: Hostname;
  readonly hosts: readonly { readonly name: Hostname; readonly grants: Bits }[];
  readonly demands: readonly Demand[];
  /** NCCs with a grant for any of it. */
  readonly grants: Bits;
  /** How many of its names each of these NCCs must list, by the NCC's index. */
  readonly names: readonly { readonly ncc: number; readonly count: number }[];
  /** The grants of its demands without identity: exactly these NCCs may have rules to its service. */
  readonly fixedAudience?: Bits;
  /** Its demands without identity have different grants: no service can carry it. */
  readonly conflictingGrants: boolean;
  /** Shares its service with nothing else. */
  readonly ownService: boolean;
  /** Units with equal signatures are interchangeable in a placement. */
  readonly signature: string;
}

/** What a target's demands depend on other than the target. */
export interface PlacementUnitsOptions {
  readonly grantsOf: (target: string) => Bits;
  /** Names of one NCC that a service can carry at most: no group of aliases may be larger. */
  readonly namesPerService: number;
}

/** The demands of all targets that a workspace may reach, grouped into units, in order of their names. */
export function placementUnits(
  targets: readonly Target[],
  { grantsOf, namesPerService }: PlacementUnitsOptions,
): readonly PlacementUnit[] {
  const demands: Demand[] = [];
  for (const target of targets) {
    const grants = grantsOf(target.name);
    if (grants === 0n || target.routing === 'bucket') continue;
    for (const { hosts, broker } of hostGroups(target, namesPerService))
      for (const port of target.ports) demands.push(demand(target, hosts, port, grants, broker));
  }
  const root = joinHosts(demands);
  const groups = new Map<string, Demand[]>();
  for (const each of demands) {
    const key = root(each.hosts[0] ?? '');
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].map(unit).sort((a, b) => byText(a.key, b.key));
}

/** The names of a target, grouped: those of one group share a listener, because they mean one address. */
function hostGroups(
  target: Target,
  namesPerService: number,
): readonly { readonly hosts: readonly Hostname[]; readonly broker?: number }[] {
  if (target.kafka?.listeners === 'per-broker')
    return target.hosts.map((host, index) => ({ hosts: [host], broker: index + 1 }));
  const hosts = [...target.hosts].sort(byText);
  if (target.routing !== 'port' || target.addresses.length === 0) return hosts.map((host) => ({ hosts: [host] }));
  const size = Math.max(namesPerService, 1);
  return Array.from({ length: Math.ceil(hosts.length / size) }, (_, at) => ({
    hosts: hosts.slice(at * size, (at + 1) * size),
  }));
}

function demand(
  target: Target,
  hosts: readonly Hostname[],
  port: Port,
  grants: Bits,
  broker: number | undefined,
): Demand {
  const alone = target.routing === 'port' || broker !== undefined;
  const family = target.speaks === 'mysql' ? (target.mysqlFamily ?? 'mysql') : 'by-name';
  return {
    target,
    hosts,
    port,
    sharing: alone ? 'alone' : family,
    ...(broker === undefined ? {} : { broker }),
    identified: broker === undefined && target.first === 'client',
    grants,
    // A target has one client port for all its names, and names may be on different services.
    remap: target.portPolicy === 'remap' && hosts.length === target.hosts.length,
    isDefault: !alone && target.isDefault && hosts[0] === [...target.hosts].sort(byText)[0],
  };
}

/** The first host of the group that a host belongs to: demands with several hosts tie them. */
function joinHosts(demands: readonly Demand[]): (host: string) => string {
  const parent = new Map<string, string>();
  const root = (host: string): string => {
    let at = host;
    for (let up = parent.get(at); up !== undefined; up = parent.get(at)) {
      const above = parent.get(up);
      if (above !== undefined) parent.set(at, above); // halves the path, so that long chains stay cheap
      at = up;
    }
    return at;
  };
  for (const { hosts } of demands) {
    const [first, ...others] = hosts;
    if (first === undefined || others.length === 0) continue;
    for (const other of others) {
      const [a, b] = [root(first), root(other)];
      if (a !== b) parent.set(b, a);
    }
  }
  return root;
}

function unit(demands: readonly Demand[]): PlacementUnit {
  const sorted = [...demands].sort((a, b) => a.port - b.port || byText(a.hosts[0] ?? '', b.hosts[0] ?? ''));
  const grantsByHost = new Map<Hostname, Bits>();
  let grants = 0n;
  let fixedAudience: Bits | undefined;
  let conflictingGrants = false;
  for (const each of sorted) {
    for (const host of each.hosts) grantsByHost.set(host, (grantsByHost.get(host) ?? 0n) | each.grants);
    grants |= each.grants;
    if (each.identified) continue;
    fixedAudience ??= each.grants;
    conflictingGrants ||= each.grants !== fixedAudience;
  }
  const hosts = [...grantsByHost]
    .map(([name, bits]) => ({ name, grants: bits }))
    .sort((a, b) => byText(a.name, b.name));
  const ownService = sorted.some((each) => each.broker !== undefined);
  const shape = sorted.map(
    (each) =>
      `${each.port}${each.sharing}${each.identified ? '' : '!'}${each.remap ? '~' : ''}${each.isDefault ? `=${each.target.speaks}` : ''}`,
  );
  const signature = `${hosts.map((host) => host.grants.toString(36)).join('.')}|${shape.join('.')}|${fixedAudience?.toString(36) ?? ''}|${ownService ? 'lone' : ''}`;
  return {
    key: hosts[0]?.name ?? ('' as Hostname),
    hosts,
    demands: sorted,
    grants,
    names: namesOf(hosts),
    ...(fixedAudience === undefined ? {} : { fixedAudience }),
    conflictingGrants,
    ownService,
    signature,
  };
}

function namesOf(hosts: PlacementUnit['hosts']): PlacementUnit['names'] {
  const counts = new Map<number, number>();
  for (const host of hosts) for (const ncc of membersOf(host.grants)) counts.set(ncc, (counts.get(ncc) ?? 0) + 1);
  return [...counts].map(([ncc, count]) => ({ ncc, count })).sort((a, b) => a.ncc - b.ncc);
}

/** The names that each NCC must list for a service, by the NCC's index; sorted. */
export function namesByNcc(units: readonly PlacementUnit[], nccs: number): readonly (readonly Hostname[])[] {
  const names: Hostname[][] = Array.from({ length: nccs }, () => []);
  for (const unit of units)
    for (const { ncc } of unit.names) {
      const bit = 1n << BigInt(ncc);
      for (const host of unit.hosts)
        if (unit.hosts.length === 1 || (host.grants & bit) !== 0n) names[ncc]?.push(host.name);
    }
  for (const row of names) row.sort(byText);
  return names;
}
