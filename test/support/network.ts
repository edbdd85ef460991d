import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import type { Machine, Thing } from '../../src/sim/aws/index.ts';
import { machinesOf, text } from '../../src/sim/aws/index.ts';
import { fillFromPlan, openAccounts, type SimulatedAccounts, serviceBehind } from '../../src/sim/fill/index.ts';
import {
  type CustomerNetworks,
  createCustomerNetworks,
  type LoopbackAddress,
  type SimEvent,
  type SimNetwork,
  type SimNetworkOptions,
  startSimNetwork,
  type Timers,
} from '../../src/sim/network/index.ts';
import { planOf } from '../terraform/cases.ts';

/** Two NCCs at one endpoint service: 5432 and 8200 with the PROXY header, 3306 without, 1521 straight to an address; and a bucket. */
export const networkPlan = planOf(`
lakegate: 1
name: test
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { analytics: { id: "1" }, finance: { id: "2" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } }, router: { min: 2, max: 4 } }
networks: { core: { reach: transit-gateway, cidrs: [10.50.0.0/16] } }
targets:
  orders: { type: postgres, host: orders.test.example, network: core }
  legacy: { type: mysql, host: legacy.test.example, network: core }
  ledger: { type: oracle, host: ledger.test.example, network: core, address: 10.50.3.7 }
  vault: { type: tls, host: vault.test.example, port: 8200, network: core }
  lake: { type: s3, bucket: lake }
access:
  - { from: ["*"], to: [legacy, ledger] }
  - { from: [analytics], to: [orders, lake] }
  - { from: [finance], to: [vault] }
`);
export const [orders, legacy, vault] = ['orders.test.example', 'legacy.test.example', 'vault.test.example'];

/** The accounts of the plan, filled, with so many machines in the fleet. */
export async function filledAccounts(machines = 2): Promise<SimulatedAccounts> {
  const { infra, routes } = networkPlan;
  const accounts = openAccounts(infra);
  const router = infra.router && { ...infra.router, min: machines };
  await fillFromPlan(accounts, { infra: { ...infra, ...(router && { router }) }, routes });
  return accounts;
}

/** A stand-in for a router: where it serves every listener, and where it answers health checks. */
export interface FakeRouter {
  readonly serves: LoopbackAddress;
  readonly readiness: LoopbackAddress;
}

export interface TestNetwork {
  readonly accounts: SimulatedAccounts;
  readonly networks: CustomerNetworks;
  readonly network: SimNetwork;
  /** Machines of the fleet, in the order of the routers. */
  readonly machines: readonly Machine[];
  readonly events: readonly SimEvent[];
  /** Name of the one endpoint service, as rules write it. */
  readonly service: string;
  /** The next event that is so, past ones included. */
  seen(is: (event: SimEvent) => boolean): Promise<SimEvent>;
  dial(workspace: string, host: string, port: number): Promise<Socket>;
}

/** The network over the accounts, with a router on each machine. */
export async function startTestNetwork(
  routers: readonly FakeRouter[],
  options: Partial<SimNetworkOptions> & { readonly accounts?: SimulatedAccounts } = {},
): Promise<TestNetwork> {
  const { accounts = await filledAccounts(routers.length), ...rest } = options;
  const { aws, databricks } = accounts;
  const networks = createCustomerNetworks({ ...networkPlan, aws });
  const machines = aws.all('aws_autoscaling_group').flatMap((fleet) => machinesOf(aws, fleet));
  for (const [i, { serves, readiness }] of routers.entries()) {
    const address = machines[i]?.address ?? '';
    for (const { port } of networkPlan.routes.listeners) networks.listen(address, port, serves);
    networks.listen(address, networkPlan.infra.router?.readinessPort ?? 0, readiness);
  }
  const events: SimEvent[] = [];
  const waiting = new Set<() => void>();
  const network = await startSimNetwork({
    aws,
    databricks,
    networks,
    health: { intervalMs: 3_600_000, timeoutMs: 6_000, healthy: 1, unhealthy: 1 },
    ...rest,
    onEvent(event) {
      events.push(event);
      for (const look of waiting) look();
    },
  });
  onTestFinished(() => network.close());
  const balancer = networkPlan.infra.endpointServices[0]?.nlb.name ?? '';
  return {
    accounts,
    networks,
    network,
    machines,
    events,
    service: text(serviceBehind(aws, balancer).attributes, 'service_name'),
    seen: (is) =>
      new Promise((done) => {
        const look = (): void => {
          const found = events.find(is);
          if (!found) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
      }),
    dial: async (workspace, host, port) => connected(network.find(workspace, host, port)),
  };
}

export function connected(to: LoopbackAddress): Promise<Socket> {
  return new Promise((done, failed) => {
    const socket = connect(to, () => {
      socket.off('error', failed);
      socket.on('error', () => undefined); // the network resets it when the test ends
      done(socket);
    });
    socket.once('error', failed);
  });
}

/** The one thing of a type that is so. */
export function theOne({ aws }: SimulatedAccounts, type: string, where: (thing: Thing) => boolean = () => true): Thing {
  return aws.all(type, where)[0] ?? expect.unreachable(`there is no ${type}`);
}

/** The target group behind a listener. */
export function groupOf(accounts: SimulatedAccounts, port: number): Thing {
  const { targetGroup } =
    networkPlan.infra.endpointServices.flatMap((each) => each.listeners).find((each) => each.port === port) ??
    expect.unreachable();
  return theOne(accounts, 'aws_lb_target_group', ({ attributes }) => attributes.name === targetGroup.name);
}

export type Backend = LoopbackAddress & { readonly server: Server; readonly sockets: readonly Socket[] };

/** A server that keeps its connections. */
export async function backend(onConnection: (socket: Socket) => void): Promise<Backend> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { host: '127.0.0.1', port: address.port, server, sockets };
}

/** Says its name before what it hears. */
export const named = (name: string) => (socket: Socket) => {
  socket.on('data', (chunk) => socket.write(Buffer.concat([Buffer.from(`${name}:`), chunk])));
  socket.on('end', () => socket.end());
};

/** Answers health checks with the status that holds at the time. */
export const readiness = (status: () => number = () => 200): Promise<LoopbackAddress> =>
  backend((socket) => socket.on('data', () => socket.end(`HTTP/1.1 ${status()} Status\r\nContent-Length: 0\r\n\r\n`)));

/** A router that says its name, and its health. */
export const fakeRouter = async (name: string, status?: () => number): Promise<FakeRouter> => ({
  serves: await backend(named(name)),
  readiness: await readiness(status),
});

/** Timers that stand still until they are moved. */
export function manualTimers(): Timers & { advance(ms: number): void } {
  let now = 0;
  const timers = new Set<{ at: number; then: () => void }>();
  return {
    after(ms, then) {
      const timer = { at: now + ms, then };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].filter((each) => each.at <= now).sort((a, b) => a.at - b.at))
        if (timers.delete(timer)) timer.then();
    },
  };
}

export const firstBytes = async (socket: Socket): Promise<string> =>
  ((await once(socket, 'data')) as [Buffer])[0].toString('latin1');

/** How a connection ends. */
export const ending = (socket: Socket): Promise<string> =>
  new Promise((done) => {
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    socket.on('close', () => done('closed'));
  });

/** Says something and gives what comes back. */
export async function exchange(client: Socket): Promise<string> {
  client.write('x');
  return firstBytes(client);
}
