import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { defaultFacts } from '../../facts/index.ts';
import {
  cidrRange,
  type EndpointId,
  type EndpointService,
  type InfraPlan,
  type IpAddress,
  ipv4Text,
  type Listener,
  type Ncc,
  type Policy,
  type Port,
  parseCidr,
  parseEndpointId,
  type RoutePlan,
  type Rule,
} from '../../ir/index.ts';
import type { AddressBook, Place } from './addresses.ts';
import { type Clock, systemClock } from './clock.ts';
import type { MemberState, SimEvent } from './events.ts';
import { carryFlow } from './flow.ts';
import { type HeaderEnd, proxyHeader } from './proxy-header.ts';
import { createGroup, type Group, type HealthTiming, type Member } from './target-group.ts';

/** A router as the load balancers see it. */
export interface SimRouter {
  /** Unique among the routers. */
  readonly id: string;
  /** Where the router listener of that NLB listener really is; undefined when it has none. */
  placeOf(listenerKey: string): Place | undefined;
  /** Where the readiness port really is. Absent: its health checks fail, and its groups fail open. */
  readonly readiness: Place | undefined;
}

export interface SimNetworkOptions {
  readonly infra: InfraPlan;
  readonly routes: RoutePlan;
  readonly book: AddressBook;
  /** Present from the start; more by `register`. Default none. */
  readonly routers?: readonly SimRouter[];
  /** Who answers for S3 behind an S3 rule. Absent: its names resolve, and nothing listens. */
  readonly s3?: (rule: Extract<Rule, { kind: 's3' }>) => Place | undefined;
  /**
   * Where a listener of an endpoint binds, for clients that cannot be given another port than the listener's own: another
   * address of 127.0.0.0/8 for each endpoint. Default: a free port of 127.0.0.1.
   */
  readonly bind?: (endpoint: IpAddress, port: Port) => Place;
  /** Default: the real one. */
  readonly clock?: Clock;
  /** Default: as on AWS, 30 s apart, 5 passes, 2 failures, 6 s each. */
  readonly health?: HealthTiming;
  /** Simultaneous connections to one member of one group. Default: what the facts say of one address and port. */
  readonly connectionsPerMember?: number;
  readonly onEvent?: (event: SimEvent) => void;
}

/** The two clouds between workspaces and routers, running. */
export interface SimNetwork {
  /** Ids of the endpoints, by rule key: what Databricks reports after a rule is created. */
  readonly endpoints: ReadonlyMap<string, EndpointId>;
  /** The same as the routers want it. */
  readonly policy: Policy;
  /** What the workspace's DNS answers: the endpoint's address for a name in a rule of its NCC; undefined for any other name. */
  resolve(workspace: string, host: string): IpAddress | undefined;
  /** Where an address and port of the workspace's side really is. Throws ECONNREFUSED where no listener is, EHOSTUNREACH elsewhere. */
  placeOf(address: string, port: number): Place;
  /** Where a name and port lead a client in the workspace. Throws as `placeOf`, and ENOTFOUND for a name outside the rules. */
  find(workspace: string, host: string, port: number): Place;
  /** Finds and connects. Throws what `find` throws. */
  dial(workspace: string, host: string, port: number): Promise<Socket>;
  /** Addresses of the endpoints that the workspace's NCC has at a service: what a hostile client dials, whatever the name. */
  endpointAddresses(workspace: string, service: string): readonly IpAddress[];
  /** Connects to the first of them. Throws EHOSTUNREACH when the NCC has no endpoint there. */
  dialService(workspace: string, service: string, port: number): Promise<Socket>;
  /** Puts a router behind every listener that forwards to the fleet. */
  register(router: SimRouter): void;
  /** No new flows to it; present ones stay. */
  deregister(id: string): void;
  /** Health of a listener's members. */
  states(listenerKey: string): ReadonlyMap<string, MemberState>;
  /** Ends every flow and socket. */
  close(): Promise<void>;
}

/** Why a connection does not come about, with the code that Node gives for the same thing. */
export class SimNetworkError extends Error {
  readonly code: 'ENOTFOUND' | 'ECONNREFUSED' | 'EHOSTUNREACH';
  constructor(code: SimNetworkError['code'], message: string) {
    super(`${code} ${message}`);
    this.code = code;
  }
}

const awsHealth: HealthTiming = { intervalMs: 30_000, timeoutMs: 6_000, healthy: 5, unhealthy: 2 };
/** Where the endpoints' own addresses come from: the provider's side of PrivateLink, no network of the customer. */
const endpointRange = parseCidr('100.64.0.0/16');
const fallbackHub = parseCidr('10.255.0.0/16');

/** Starts it on loopback: a TCP server for each endpoint and listener. Throws when a port cannot be had. */
export async function startSimNetwork(options: SimNetworkOptions): Promise<SimNetwork> {
  const { infra, routes, book, clock = systemClock, health = awsHealth } = options;
  const { connectionsPerMember = defaultFacts.limits.connections_per_target.value } = options;
  const tell = options.onEvent ?? (() => undefined);
  const servers: Server[] = [];
  const flows = new Map<string, Set<{ reset(): void }>>();
  const clients = new Set<Socket>();
  const places = new Map<string, Place>();
  const nlbAddress = hubAddress(infra, routes);
  const groups = makeGroups();
  const endpoints = new Map<string, { id: EndpointId; address: IpAddress; ncc: Ncc; rule: Rule }>();

  const rules = infra.nccs.flatMap((ncc) => ncc.rules.map((rule) => ({ ncc, rule })));
  for (const [index, { ncc, rule }] of rules.entries()) {
    const address = ipv4Text((endpointRange ? cidrRange(endpointRange).first : 0) + 256 + index + 1);
    const id = newEndpointId();
    endpoints.set(rule.key, { id, address, ncc, rule });
    if (rule.kind === 's3') {
      const place = options.s3?.(rule);
      if (place) places.set(`${address}:443`, place);
      continue;
    }
    for (const listener of serviceOf(infra, rule.service).listeners)
      places.set(`${address}:${listener.port}`, await listen(listener, id, address));
  }
  for (const router of options.routers ?? []) register(router);

  const nccOf = (workspace: string): Ncc | undefined =>
    infra.nccs.find((ncc) => ncc.workspaces.some((each) => each.name === workspace));
  const resolve = (workspace: string, host: string): IpAddress | undefined => {
    const name = host.toLowerCase().replace(/\.$/, '');
    const rule = nccOf(workspace)?.rules.find((each) => namesOf(each, infra).includes(name));
    return rule && endpoints.get(rule.key)?.address;
  };
  const placeOf = (address: string, port: number): Place => {
    const place = places.get(`${address}:${port}`);
    if (place) return place;
    if ([...endpoints.values()].some((each) => each.address === address))
      throw new SimNetworkError('ECONNREFUSED', `no listener on port ${port} behind ${address}`);
    throw new SimNetworkError('EHOSTUNREACH', `${address} is no endpoint`);
  };
  const find = (workspace: string, host: string, port: number): Place => {
    const address = resolve(workspace, host);
    if (!address) throw new SimNetworkError('ENOTFOUND', `${host} is in no rule of the NCC of ${workspace}`);
    return placeOf(address, port);
  };
  const endpointAddresses = (workspace: string, service: string): readonly IpAddress[] =>
    [...endpoints.values()]
      .filter((each) => each.ncc === nccOf(workspace) && each.rule.kind === 'service' && each.rule.service === service)
      .map((each) => each.address);

  return {
    endpoints: new Map([...endpoints].map(([key, { id }]) => [key, id])),
    policy: {
      version: 1,
      endpoints: Object.fromEntries([...endpoints.values()].map(({ id, ncc }) => [id, ncc.key])),
    },
    resolve,
    placeOf,
    find,
    dial: async (workspace, host, port) => connected(find(workspace, host, port)),
    endpointAddresses,
    async dialService(workspace, service, port) {
      const address = endpointAddresses(workspace, service)[0];
      if (!address) throw new SimNetworkError('EHOSTUNREACH', `${workspace} has no endpoint at ${service}`);
      return connected(placeOf(address, port));
    },
    register,
    deregister(id) {
      for (const group of groups.values()) group.deregister(id);
    },
    states: (listenerKey) => groups.get(listenerKey)?.states() ?? new Map(),
    async close() {
      for (const group of groups.values()) group.close();
      const closed = servers.map((server) => new Promise((done) => server.close(done)));
      for (const flow of [...flows.values()].flatMap((each) => [...each])) flow.reset();
      for (const client of clients) client.destroy();
      await Promise.all(closed);
    },
  };

  function makeGroups(): ReadonlyMap<string, Group> {
    const made = new Map<string, Group>();
    for (const listener of infra.endpointServices.flatMap((service) => service.listeners)) {
      const group = createGroup(listener, nlbEnd(listener), health, clock, tell);
      group.onUnhealthy((id) => {
        for (const flow of flowsTo(listener.key, id)) flow.reset();
      });
      for (const member of directMembers(listener, infra, book)) group.register(member);
      made.set(listener.key, group);
    }
    return made;
  }

  function flowsTo(listenerKey: string, member: string): Set<{ reset(): void }> {
    const key = `${listenerKey} ${member}`;
    const present = flows.get(key) ?? new Set();
    flows.set(key, present);
    return present;
  }

  function nlbEnd(listener: Listener): HeaderEnd {
    return { address: nlbAddress, port: listener.port };
  }

  function register(router: SimRouter): void {
    for (const service of infra.endpointServices)
      for (const listener of service.listeners) {
        if (listener.forward.to !== 'router') continue;
        groups.get(listener.key)?.register({
          id: router.id,
          address: nlbAddress,
          serves: router.placeOf(listener.key),
          checked: router.readiness,
        });
      }
  }

  /** One listener as one endpoint reaches it: which socket a client used tells the endpoint, as the network would. */
  async function listen(listener: Listener, endpoint: EndpointId, address: IpAddress): Promise<Place> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      clients.add(client);
      client.on('error', () => undefined); // it may leave before there is a flow
      client.once('close', () => clients.delete(client));
      const clientPort = client.remotePort ?? 0;
      const member = groups.get(listener.key)?.pick(flowHash(clientPort));
      if (!member?.serves) {
        if (member)
          tell({ is: 'member-unreachable', listener: listener.key, member: member.id, why: 'nothing listens there' });
        else tell({ is: 'group-empty', listener: listener.key });
        client.resetAndDestroy();
        return;
      }
      const toMember = flowsTo(listener.key, member.id);
      if (toMember.size >= connectionsPerMember) {
        tell({ is: 'port-allocation-error', listener: listener.key, member: member.id });
        client.resetAndDestroy();
        return;
      }
      const source = { address: nlbAddress, port: clientPort };
      const flow = { reset: (): void => {} };
      toMember.add(flow);
      flow.reset = carryFlow(client, member.serves, {
        ...(listener.targetGroup.proxyProtocolV2 ? { header: proxyHeader(source, nlbEnd(listener), endpoint) } : {}),
        idleMs: listener.idleSeconds * 1000,
        clock,
        opened: (memberPort) =>
          tell({ is: 'flow-opened', listener: listener.key, endpoint, member: member.id, clientPort, memberPort }),
        unreachable: (why) => tell({ is: 'member-unreachable', listener: listener.key, member: member.id, why }),
        idle: () => tell({ is: 'flow-idle-reset', listener: listener.key, endpoint }),
        closed: () => {
          toMember.delete(flow);
          tell({ is: 'flow-closed', listener: listener.key, endpoint, member: member.id });
        },
      });
    });
    servers.push(server);
    return listening(server, options.bind?.(address, listener.port) ?? { host: '127.0.0.1', port: 0 });
  }
}

/** The names that a workspace resolves to the rule's endpoint. For S3 the buckets' own names in the region. */
function namesOf(rule: Rule, infra: InfraPlan): readonly string[] {
  return rule.kind === 'service'
    ? rule.domains
    : rule.buckets.map((bucket) => `${bucket}.s3.${infra.aws.region}.amazonaws.com`);
}

function serviceOf(infra: InfraPlan, key: string): EndpointService {
  const service = infra.endpointServices.find((each) => each.key === key);
  if (!service) throw new Error(`the plan has a rule for the endpoint service ${key}, and no such service`);
  return service;
}

/** Members of a listener that forwards past the router. */
function directMembers(listener: Listener, infra: InfraPlan, book: AddressBook): readonly Member[] {
  const { forward, targetGroup } = listener;
  const member = (address: IpAddress): Member => ({
    id: address,
    address,
    serves: book.placeOf(address, targetGroup.port),
    checked: book.placeOf(address, targetGroup.health.port),
  });
  switch (forward.to) {
    case 'router':
      return [];
    case 'addresses':
      return forward.members.map((each) => member(each.address));
    case 'broker': {
      const cluster = infra.mskClusters.find((each) => each.target === forward.target);
      const broker = cluster?.brokers.find((each) => each.number === forward.broker);
      return broker ? book.resolve(broker.host).map(member) : [];
    }
    default:
      return forward satisfies never;
  }
}

/** The load balancers' address: the only source that routers ever see, header included. */
function hubAddress(infra: InfraPlan, routes: RoutePlan): IpAddress {
  const vpc = infra.hub?.vpc;
  const subnet = vpc?.kind === 'create' ? vpc.subnets.find((each) => each.role === 'private')?.cidr : undefined;
  const cidr = routes.trustedNetworks[0] ?? subnet ?? fallbackHub;
  return ipv4Text((cidr ? cidrRange(cidr).first : 0) + 10);
}

/** Spreads flows over members by the client's port, evenly enough for neighbours. */
const flowHash = (port: number): number => (Math.imul(port, 0x9e37_79b1) >>> 0) >>> 8;

const newEndpointId = (): EndpointId => {
  const id = parseEndpointId(`vpce-${randomBytes(9).toString('hex').slice(0, 17)}`);
  if (!id) throw new Error('an endpoint id of 17 hexadecimal digits was not taken for one');
  return id;
};

function listening(server: Server, { host, port }: Place): Promise<Place> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') failed(new Error('a TCP server without a port'));
      else done({ host, port: address.port });
    });
  });
}

function connected(place: Place): Promise<Socket> {
  return new Promise((done, failed) => {
    const socket = connect(place, () => {
      socket.off('error', failed);
      done(socket);
    });
    socket.once('error', failed);
  });
}
