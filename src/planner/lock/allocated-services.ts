import type { Port } from '../../ir/index.ts';
import type { Target } from '../../spec/index.ts';
import type { Bits } from '../access/bits.ts';
import type { Claim, Unit } from '../placement/placement-units.ts';
import type { LockedListener, LockedService } from './file/lock.ts';

/** An endpoint service before it has names and addresses. */
export interface ServiceDraft {
  readonly key: string;
  readonly units: readonly Unit[];
  /** NCCs that can dial it. */
  readonly audience: Bits;
  /** Rising by port. */
  readonly listeners: readonly ListenerDraft[];
  readonly held?: LockedService;
}

/** A listener of a service before it has a name. */
export interface ListenerDraft {
  /** `<service>/<port>`. */
  readonly key: string;
  readonly port: Port;
  /** By target, then first host. */
  readonly claims: readonly Claim[];
  readonly way: Way;
  readonly held?: LockedListener;
}

/** How the listener's bytes go on. */
export type Way =
  | { readonly by: 'router'; readonly routerPort: Port }
  | { readonly by: 'addresses'; readonly target: Target }
  | { readonly by: 'broker'; readonly target: Target; readonly broker: number };
