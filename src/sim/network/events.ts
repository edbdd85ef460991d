import type { EndpointId } from '../../ir/index.ts';

/** What the network saw. For logs and tests; nothing is decided from it. */
export type SimEvent =
  /** The member took the connection. The ports are the client's, and the load balancer's own towards the member: they tell flows apart in logs. */
  | {
      readonly is: 'flow-opened';
      readonly listener: string;
      readonly endpoint: EndpointId;
      readonly member: string;
      readonly clientPort: number;
      readonly memberPort: number;
    }
  | { readonly is: 'flow-closed'; readonly listener: string; readonly endpoint: EndpointId; readonly member: string }
  /** Nothing was carried for the listener's idle timeout. */
  | { readonly is: 'flow-idle-reset'; readonly listener: string; readonly endpoint: EndpointId }
  /** The member did not take the connection. */
  | { readonly is: 'member-unreachable'; readonly listener: string; readonly member: string; readonly why: string }
  /** The load balancer has no port left towards the member: it carries as many connections to it as it can. */
  | { readonly is: 'port-allocation-error'; readonly listener: string; readonly member: string }
  | { readonly is: 'group-empty'; readonly listener: string }
  | { readonly is: 'member-health'; readonly listener: string; readonly member: string; readonly state: MemberState };

/** The states of a member that a load balancer reports, as far as they matter here. */
export type MemberState = 'initial' | 'healthy' | 'unhealthy' | 'draining';
