import { defaultFacts } from '../../facts/index.ts';
import type { IpAddress, Port } from '../../ir/index.ts';
import type { AwsWorld } from '../aws/index.ts';
import type { DatabricksAccount, RuleRecord } from '../databricks/index.ts';
import type { CustomerNetworks } from './customer-networks.ts';
import { createEntrances } from './entrances.ts';
import { SimNetworkError } from './errors.ts';
import type { SimEvent } from './events.ts';
import { createFlows } from './flows.ts';
import { createHealthChecks, type HealthTiming } from './health-checks.ts';
import { listenerBehind, listenersBehind } from './load-balancer.ts';
import type { LoopbackAddress } from './loopback.ts';
import { systemTimers, type Timers } from './timers.ts';
import { createWorkspaces, type WorkspaceEndpoint } from './workspaces.ts';

export interface SimNetworkOptions {
  readonly aws: AwsWorld;
  readonly databricks: DatabricksAccount;
  /** Where the targets of load balancers really listen. */
  readonly networks: CustomerNetworks;
  /** Who answers for S3 behind an S3 rule. Absent: its names resolve, and nothing listens. */
  readonly s3?: (rule: RuleRecord) => LoopbackAddress | undefined;
  /**
   * Where a listener of an endpoint binds, for clients that cannot be given another port than the listener's: another
   * address of 127.0.0.0/8 for each endpoint. Default: a free port of 127.0.0.1.
   */
  readonly bind?: (endpoint: IpAddress, port: Port) => LoopbackAddress;
  /** Default: the real ones. */
  readonly timers?: Timers;
  /** Default: what each target group says. */
  readonly health?: HealthTiming;
  /** Simultaneous connections to one address and port. Default: what the facts say. */
  readonly connectionsPerTarget?: number;
  readonly onEvent?: (event: SimEvent) => void;
}

/**
 * The network between workspaces and targets, running over what both accounts hold. Each connection is decided by what is there when it is
 * made: bindings, rules, states of endpoints, listeners, registered targets and their health.
 */
export interface SimNetwork {
  /** What the workspace's DNS answers: the endpoint's address for a name in a rule of its NCC; undefined for any other name. */
  resolve(workspace: string, host: string): IpAddress | undefined;
  /**
   * Where an address and port of the workspace's side listens. Throws ECONNREFUSED where no listener is, ETIMEDOUT behind an endpoint
   * that is not accepted, EHOSTUNREACH where no endpoint is.
   */
  loopbackOf(address: string, port: number): LoopbackAddress;
  /** Where a name and port lead a client in the workspace. Throws as `loopbackOf`, and ENOTFOUND for a name that does not resolve. */
  find(workspace: string, host: string, port: number): LoopbackAddress;
  /** Addresses of the endpoints that the workspace's NCC has at a service: what a hostile client dials, whatever the name. */
  endpointAddresses(workspace: string, serviceName: string): readonly IpAddress[];
  /** Opens sockets for endpoints and listeners that came into the accounts since, and takes up the health of new targets. */
  refresh(): Promise<void>;
  /** Ends every flow and socket. */
  close(): Promise<void>;
}

const httpsPort = 443;

/** Starts it on loopback. Rejects when a port cannot be had. */
export async function startSimNetwork(options: SimNetworkOptions): Promise<SimNetwork> {
  const { aws, networks, timers = systemTimers, health } = options;
  const { connectionsPerTarget = defaultFacts.limits.connections_per_target.value } = options;
  const tell = options.onEvent ?? (() => undefined);
  const workspaces = createWorkspaces(options.databricks);
  const flows = createFlows({ aws, networks, timers, connectionsPerTarget, tell });
  const checks = createHealthChecks({
    aws,
    networks,
    timers,
    tell,
    onUnhealthy: flows.resetTo,
    ...(health && { timing: health }),
  });
  const entrances = createEntrances((client, id, port) => {
    const endpoint = workspaces.all().find((each) => each.id === id);
    try {
      if (!endpoint) throw new SimNetworkError('EHOSTUNREACH', `${id} has no rule`);
      const listener = listenerBehind(aws, endpoint, port);
      checks.follow(listener.group);
      flows.open(client, endpoint, listener);
    } catch (error) {
      if (!(error instanceof SimNetworkError)) throw error;
      client.resetAndDestroy(); // the accounts have changed since the client found its way here
    }
  });

  const refresh = async (): Promise<void> => {
    checks.followAll();
    await entrances.keep(
      workspaces.all().flatMap((endpoint) =>
        listenersBehind(aws, endpoint).map(({ port }) => ({
          endpoint: endpoint.id,
          port,
          bind: options.bind?.(endpoint.address, port as Port) ?? { host: '127.0.0.1', port: 0 },
        })),
      ),
    );
  };
  const entranceOf = (endpoint: WorkspaceEndpoint, port: number): LoopbackAddress => {
    const { address, rule } = endpoint;
    if (rule.resource_names) {
      const at = port === httpsPort ? options.s3?.(rule) : undefined;
      if (!at) throw new SimNetworkError('ECONNREFUSED', `no listener on port ${port} behind ${address}`);
      return at;
    }
    const listener = listenerBehind(aws, endpoint, port);
    const at = entrances.at(endpoint.id, listener.port);
    if (!at) throw new Error(`${listener.name} has no socket for ${endpoint.id}: refresh the network after changes`);
    return at;
  };
  const loopbackOf = (address: string, port: number): LoopbackAddress => {
    const endpoint = workspaces.endpointAt(address);
    if (!endpoint) throw new SimNetworkError('EHOSTUNREACH', `${address} is not an endpoint`);
    return entranceOf(endpoint, port);
  };

  await refresh();
  return {
    resolve(workspace, host) {
      try {
        return workspaces.endpointFor(workspace, host).address;
      } catch (error) {
        if (error instanceof SimNetworkError) return undefined;
        throw error;
      }
    },
    loopbackOf,
    find: (workspace, host, port) => entranceOf(workspaces.endpointFor(workspace, host), port),
    endpointAddresses: (workspace, serviceName) =>
      workspaces
        .endpointsOf(workspace)
        .filter(({ rule }) => rule.endpoint_service === serviceName && !rule.resource_names)
        .map(({ address }) => address),
    refresh,
    async close() {
      checks.close();
      flows.resetAll();
      await entrances.close();
    },
  };
}
