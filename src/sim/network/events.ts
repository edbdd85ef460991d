import type { EndpointId } from '../../ir/index.ts';
import type { TargetState } from '../aws/index.ts';

/** What the network saw. For logs and tests; nothing is decided from it. `listener` is `<load balancer>/<port>`. */
export type SimEvent =
  /** The target took the connection. The ports are the client's, and the load balancer's own towards the target: they tell flows apart in logs. */
  | {
      readonly is: 'flow-opened';
      readonly listener: string;
      readonly endpoint: EndpointId;
      readonly target: string;
      readonly clientPort: number;
      readonly targetPort: number;
    }
  | { readonly is: 'flow-closed'; readonly listener: string; readonly endpoint: EndpointId; readonly target: string }
  /** Nothing was carried for the idle timeout. */
  | { readonly is: 'flow-idle-reset'; readonly listener: string; readonly endpoint: EndpointId }
  /** The endpoint is no longer accepted: the next bytes of a flow end it. */
  | { readonly is: 'flow-cut'; readonly listener: string; readonly endpoint: EndpointId; readonly why: string }
  /** The target did not take the connection. */
  | { readonly is: 'target-unreachable'; readonly listener: string; readonly target: string; readonly why: string }
  /** AWS drops the packets: a client would wait until its own timeout, and is reset here at once. */
  | { readonly is: 'packets-dropped'; readonly listener: string; readonly why: string }
  /** The load balancer has no port left towards the target: it has as many connections to it as it can have. */
  | { readonly is: 'port-allocation-error'; readonly listener: string; readonly target: string }
  | { readonly is: 'group-empty'; readonly listener: string }
  | { readonly is: 'target-health'; readonly group: string; readonly target: string; readonly state: TargetState };
