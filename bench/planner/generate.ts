import { type Cidr, type Hostname, ipv4Text, type Port } from '../../src/ir/index.ts';
import type { Grant, Network, Spec, Target } from '../../src/spec/index.ts';

export interface Size {
  readonly targets: number;
  readonly workspaces: number;
  readonly networks: number;
}

type Kind = Pick<Target, 'type' | 'routing' | 'speaks' | 'first'> & { readonly port: number };

/** Of twenty targets: how a company's list looks that has more APIs than databases. */
const mix: readonly Kind[] = [
  ...Array.from(
    { length: 9 },
    (): Kind => ({ type: 'https', routing: 'name', speaks: 'tls', first: 'client', port: 443 }),
  ),
  ...Array.from(
    { length: 4 },
    (): Kind => ({ type: 'postgres', routing: 'name', speaks: 'postgres', first: 'client', port: 5432 }),
  ),
  { type: 'http', routing: 'name', speaks: 'http', first: 'client', port: 80 },
  { type: 'redis', routing: 'name', speaks: 'tls', first: 'client', port: 6379 },
  { type: 'mongodb', routing: 'name', speaks: 'tls', first: 'client', port: 27_017 },
  { type: 'mysql', routing: 'port', speaks: 'tcp', first: 'server', port: 3306 },
  { type: 'mysql', routing: 'name', speaks: 'mysql', first: 'server', port: 3306 },
  { type: 'sqlserver', routing: 'port', speaks: 'tcp', first: 'client', port: 1433 },
  { type: 'oracle', routing: 'port', speaks: 'tcp', first: 'client', port: 1521 },
];

/** Numbers that are the same in every run: a linear congruential generator of 32 bits. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * A spec of a given size: mixed types, every workspace with an access of its own, limits raised out of the way.
 * Targets come in teams of some fifty that are granted together, each team to a few workspaces.
 */
export function generateSpec({ targets, workspaces, networks }: Size): Spec {
  const draw = numbers(7);
  const all = Array.from({ length: targets }, (_, at) => targetOf(at, draw(networks)));
  const names = Array.from({ length: workspaces }, (_, at) => `w${String(at).padStart(3, '0')}`);
  const access: Grant[] = names.map((name, at) => ({ index: at, from: [name], to: [all[at % targets]?.name ?? ''] }));
  // As many kinds of teams as there are workspaces, whatever the size: a company does not get more kinds by having more targets.
  const audiences = names.map(() => [
    ...new Set(Array.from({ length: 1 + draw(6) }, () => names[draw(workspaces)] ?? '')),
  ]);
  for (let from = 0; from < targets; from += 50)
    access.push({
      index: access.length,
      from: audiences[draw(audiences.length)] ?? names,
      to: all.slice(from, from + 50).map((target) => target.name),
    });
  return {
    name: 'bench',
    aws: { region: 'eu-west-1', account: '111122223333', tags: {} },
    databricks: { accountId: '0d26daa6-5e44-4c97-a497-ef015f91254a', partition: 'commercial' },
    limits: {
      nccs_per_region: 1_000_000,
      endpoints_per_region: 10_000_000,
      nlbs_per_region: 1_000_000,
      target_groups_per_region: 10_000_000,
      domains_per_rule: 100,
    },
    isolation: 'strict',
    optimize: 'endpoints',
    shareNcc: [],
    load: { connections: 1000, gbPerMonth: 1000, peakMbps: 100 },
    workspaces: names.map((name, at) => ({ name, id: String(at + 1) })),
    hub: {
      vpc: { kind: 'existing', id: 'vpc-0123456789abcdef0', subnets: ['subnet-0aaaaaaaaaaaaaaa1'] },
      router: { engine: 'node', run: 'instances', instance: 'm7g.large', min: 2, max: 6 },
      deletionProtection: false,
    },
    networks: Array.from(
      { length: networks },
      (_, at): Network => ({
        name: `net-${at}`,
        reach: 'transit-gateway',
        transitGateway: 'tgw-0a1b2c3d4e5f60718',
        cidrs: [`${ipv4Text(10 * 2 ** 24 + at * 2 ** 16)}/16` as Cidr],
        dns: [],
      }),
    ),
    targets: all,
    access,
    credentials: [],
  };
}

function targetOf(at: number, network: number): Target {
  const name = `t-${String(at).padStart(6, '0')}`;
  const { port, ...kind } = mix[at % mix.length] ?? ({ ...mix[0], port: 443 } as Kind);
  return {
    name,
    ...kind,
    network: `net-${network}`,
    hosts: [`${name}.corp.example` as Hostname],
    ports: [port as Port],
    addresses: [],
    portPolicy: 'keep',
    tls: 'passthrough',
    buckets: [],
    ...(kind.speaks === 'mysql' ? { mysqlFamily: 'mysql' as const } : {}),
    isDefault: false,
    health: 'none',
    onMove: 'keep',
  };
}
