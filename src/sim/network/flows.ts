import type { Socket } from 'node:net';
import type { AwsWorld, RegisteredTarget, Thing } from '../aws/index.ts';
import type { CustomerNetworks } from './customer-networks.ts';
import type { SimEvent } from './events.ts';
import { carryFlow } from './flow.ts';
import { chooseTarget, type NlbListener, type NlbNode, whyNotCarrying } from './load-balancer.ts';
import type { LoopbackAddress } from './loopback.ts';
import { whyDropped, whyDroppedAtEntry } from './packet-filter.ts';
import { proxyHeader } from './proxy-header.ts';
import type { Timers } from './timers.ts';
import type { WorkspaceEndpoint } from './workspaces.ts';

/** The flows of all load balancers. */
export interface Flows {
  /** Takes a client's connection to a target of the listener. Resets it when there is none that takes it. */
  open(client: Socket, endpoint: WorkspaceEndpoint, listener: NlbListener): void;
  /** Resets the flows of a group to a target. */
  resetTo(group: Thing, target: RegisteredTarget): void;
  resetAll(): void;
}

export interface FlowsOptions {
  readonly aws: AwsWorld;
  readonly networks: CustomerNetworks;
  readonly timers: Timers;
  /** Simultaneous connections to one address and port. */
  readonly connectionsPerTarget: number;
  tell(event: SimEvent): void;
}

interface Flow {
  readonly group: string;
  reset(): void;
}

export function createFlows({ aws, networks, timers, connectionsPerTarget, tell }: FlowsOptions): Flows {
  /** By address and port of the target: ports towards it are what the load balancer runs out of. */
  const flows = new Map<string, Set<Flow>>();
  const flowsTo = ({ address, port }: RegisteredTarget): Set<Flow> => {
    const present = flows.get(`${address}:${port}`) ?? new Set();
    flows.set(`${address}:${port}`, present);
    return present;
  };

  function open(client: Socket, endpoint: WorkspaceEndpoint, listener: NlbListener): void {
    const chosen = chooseTarget(aws, listener, flowHash(client.remotePort ?? 0));
    if (!chosen) {
      tell({ is: 'group-empty', listener: listener.name });
      return void client.resetAndDestroy();
    }
    const { node, target } = chosen;
    const why = whyDroppedAtEntry(aws, listener.balancer, listener.port) ?? whyDropped(aws, node, target);
    if (why) {
      tell({ is: 'packets-dropped', listener: listener.name, why });
      return void client.resetAndDestroy();
    }
    const at = networks.listenerAt(target.address, target.port);
    if (!at) {
      tell({ is: 'target-unreachable', listener: listener.name, target: target.id, why: 'nothing listens there' });
      return void client.resetAndDestroy();
    }
    if (flowsTo(target).size >= connectionsPerTarget) {
      tell({ is: 'port-allocation-error', listener: listener.name, target: target.id });
      return void client.resetAndDestroy();
    }
    carry(client, at, { endpoint, listener, node, target });
  }

  function carry(client: Socket, at: LoopbackAddress, way: Way): void {
    const { endpoint, listener, target } = way;
    const about = { listener: listener.name, endpoint: endpoint.id, target: target.id };
    const clientPort = client.remotePort ?? 0;
    const toTarget = flowsTo(target);
    const flow: Flow = { group: listener.group.id, reset: () => undefined };
    toTarget.add(flow);
    const header = headerOf(clientPort, way);
    flow.reset = carryFlow(client, at, {
      ...(header && { header }),
      idleMs: listener.idleMs,
      timers,
      whyCut: () => whyNotCarrying(aws, endpoint),
      opened: (targetPort) => tell({ is: 'flow-opened', ...about, clientPort, targetPort }),
      unreachable: (why) => tell({ is: 'target-unreachable', listener: listener.name, target: target.id, why }),
      idle: () => tell({ is: 'flow-idle-reset', listener: listener.name, endpoint: endpoint.id }),
      cut: (why) => tell({ is: 'flow-cut', listener: listener.name, endpoint: endpoint.id, why }),
      closed: () => {
        toTarget.delete(flow);
        tell({ is: 'flow-closed', ...about });
      },
    });
  }

  return {
    open,
    resetTo(group, target) {
      for (const flow of [...flowsTo(target)]) if (flow.group === group.id) flow.reset();
    },
    resetAll() {
      for (const flow of [...flows.values()].flatMap((each) => [...each])) flow.reset();
    },
  };
}

interface Way {
  readonly endpoint: WorkspaceEndpoint;
  readonly listener: NlbListener;
  readonly node: NlbNode;
  readonly target: RegisteredTarget;
}

/** Over PrivateLink the source is an address of the load balancer; only the header names the endpoint. */
function headerOf(clientPort: number, { endpoint, listener, node }: Way): Buffer | undefined {
  if (listener.group.attributes.proxy_protocol_v2 !== true) return undefined;
  const { address } = node;
  return proxyHeader({ address, port: clientPort }, { address, port: listener.port }, endpoint.id);
}

/** Spreads flows over targets by the client's port, evenly enough for neighbours. */
const flowHash = (port: number): number => (Math.imul(port, 0x9e37_79b1) >>> 0) >>> 8;
