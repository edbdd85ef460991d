/**
 * aws: thin clients of the few AWS calls that lakegate makes itself, behind interfaces. The SDK loads on first use.
 * Never: a decision, a cache, a retry beyond the SDK's own.
 * Imports: ir, diagnostics. Imported by: converge, doctor, sim (for tests), cli.
 */
export { type AwsClients, type AwsOptions, awsClients } from './clients.ts';
export type {
  EndpointConnection,
  EndpointConnectionState,
  EndpointConnections,
  EndpointServiceState,
  EndpointServices,
} from './endpoint-services.ts';
export { AwsCallError } from './errors.ts';
export type { BrokerNode, KafkaClusterState, KafkaClusters } from './kafka.ts';
export type {
  ListenerState,
  LoadBalancerState,
  LoadBalancers,
  MemberHealth,
  TargetGroupState,
} from './load-balancers.ts';
