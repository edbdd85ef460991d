import type { Port } from '../../ir/index.ts';
import type { Target } from '../../spec/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Demand, PlacementUnit } from '../placement/placement-units.ts';
import type { LockedListener, LockedService } from './file/lock.ts';

/** An endpoint service before it has names and addresses. */
export interface AllocatedService {
  readonly key: string;
  /** By key, so that what is told of them does not hang on how they came together. */
  readonly units: readonly PlacementUnit[];
  /** NCCs that have a rule to it. */
  readonly audience: Bits;
  /** Rising by port. */
  readonly listeners: readonly AllocatedListener[];
  readonly held: LockedService | undefined;
}

/** A listener of a service before it has a name. */
export interface AllocatedListener {
  /** `<service>/<port>`. */
  readonly key: string;
  readonly port: Port;
  /** By target, then first host. */
  readonly demands: readonly Demand[];
  readonly forwarding: Forwarding;
  readonly held: LockedListener | undefined;
}

/** Where a listener forwards to. */
export type Forwarding =
  | { readonly by: 'router'; readonly routerPort: Port }
  | { readonly by: 'addresses'; readonly target: Target }
  | { readonly by: 'broker'; readonly target: Target; readonly broker: number };
