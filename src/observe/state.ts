import type {
  AttachmentState,
  AwsRefusal,
  BrokerNode,
  EndpointConnection,
  EndpointServiceState,
  GroupRuleState,
  KafkaClusterState,
  ListenerState,
  LoadBalancerState,
  LoadBalancingAttributes,
  MemberHealth,
  NatGatewayState,
  ObjectState,
  PeeringState,
  RouteTableState,
  SubnetState,
  TargetGroupState,
  VpcState,
} from '../aws/index.ts';
import type { NccState, RuleState, WorkspaceState } from '../databricks/index.ts';

/**
 * What the two clouds answered, without interpretation: plain data. Undefined, or a key that a map does not have, means that nothing
 * was read; `unread` says why.
 */
export interface LiveState {
  readonly aws: AwsState;
  readonly databricks: DatabricksState;
  readonly unread: readonly Unread[];
}

/** Calls that returned nothing, of one kind and for one reason. */
export interface Unread {
  /** As IAM or the accounts API has it: `ec2:DescribeSubnets`. */
  readonly call: string;
  readonly refusal: AwsRefusal | 'not-asked';
  readonly code: string;
  readonly message: string;
  readonly times: number;
}

export interface AwsState {
  /** Those with the configuration's tag. */
  readonly services?: readonly EndpointServiceState[];
  readonly connections?: readonly EndpointConnection[];
  /** By service id. */
  readonly principals: ReadonlyMap<string, readonly string[]>;
  /** Those of the services, and those with a name of the plan. */
  readonly balancers?: readonly LoadBalancerState[];
  /** The next three by the load balancer's ARN. */
  readonly balancerAttributes: ReadonlyMap<string, LoadBalancingAttributes>;
  readonly listeners: ReadonlyMap<string, readonly ListenerState[]>;
  readonly targetGroups: ReadonlyMap<string, readonly TargetGroupState[]>;
  /** By the listener's ARN. */
  readonly listenerAttributes: ReadonlyMap<string, LoadBalancingAttributes>;
  /** The next two by the target group's ARN. */
  readonly groupAttributes: ReadonlyMap<string, LoadBalancingAttributes>;
  readonly health: ReadonlyMap<string, readonly MemberHealth[]>;
  /** What runs routers. Undefined also where only one of the two ways to run them could be read. */
  readonly fleets?: readonly FleetState[];
  readonly clusters?: readonly LiveCluster[];
  readonly subnets?: readonly SubnetState[];
  readonly vpcs?: readonly VpcState[];
  readonly routeTables?: readonly RouteTableState[];
  readonly groupRules?: readonly GroupRuleState[];
  readonly peerings?: readonly PeeringState[];
  readonly attachments?: readonly AttachmentState[];
  readonly natGateways?: readonly NatGatewayState[];
  /** What the routers follow. */
  readonly routes?: ObjectState | 'absent';
  readonly policy?: ObjectState | 'absent';
}

/** An auto scaling group or a container service. */
export interface FleetState {
  readonly run: 'instances' | 'containers';
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  /** Instances in service, or running tasks. */
  readonly running: number;
  readonly subnetIds: readonly string[];
  /** Undefined: not read. */
  readonly securityGroups?: readonly string[];
  readonly targetGroupArns: readonly string[];
}

export interface LiveCluster {
  readonly target: string;
  readonly state: KafkaClusterState;
  readonly brokers: readonly BrokerNode[];
}

export interface DatabricksState {
  /** Those of the region. */
  readonly nccs?: readonly NccState[];
  /** By NCC id. */
  readonly rules: ReadonlyMap<string, readonly RuleState[]>;
  /** Those of the region. */
  readonly workspaces?: readonly WorkspaceState[];
}
