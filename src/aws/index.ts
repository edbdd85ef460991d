/**
 * aws: thin clients of the AWS calls that lakegate makes itself, behind interfaces. The SDK loads on first use.
 * Never: a decision, a cache, a retry beyond the SDK's own, a write but that of a secret's value.
 * Imports: ir. Imported by: app, observe.
 */
export { type AwsClients, type AwsOptions, awsClients } from './clients.ts';
export type { ContainerServiceState, Containers } from './containers.ts';
export type {
  EndpointConnection,
  EndpointConnectionState,
  EndpointServiceState,
  EndpointServices,
} from './endpoint-services.ts';
export { settingsFromEnvironment } from './environment.ts';
export { AwsCallError, type AwsRefusal } from './errors.ts';
export type { BrokerNode, KafkaClusterState, KafkaClusters } from './kafka.ts';
export type {
  ListenerState,
  LoadBalancerState,
  LoadBalancers,
  LoadBalancingAttributes,
  MemberHealth,
  TargetGroupState,
} from './load-balancers.ts';
export type {
  AttachmentState,
  GroupRuleState,
  NatGatewayState,
  Networks,
  PeeringState,
  RouteState,
  RouteTableState,
  SubnetState,
  VpcState,
} from './networks.ts';
export type { ObjectState, Objects } from './objects.ts';
export type { ScalingGroupState, ScalingGroups } from './scaling-groups.ts';
export type { Secrets, SecretValue } from './secrets.ts';
export type { SigningKeyState, SigningKeys } from './signing-keys.ts';
export type { Tags } from './tags.ts';
