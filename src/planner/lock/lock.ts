/**
 * Allocations already made, kept in the user's repository as `lakegate.lock.json`. Keys count up and are never given
 * again: `next` remembers how far they have come, also for things that are gone.
 */
export interface Lock {
  readonly version: 1;
  /** The spec's name. */
  readonly name: string;
  /** Where it is: names are unique per region and account, and nothing moves to another. */
  readonly region: string;
  readonly account: string;
  readonly next: { readonly ncc: number; readonly service: number; readonly rule: number; readonly routerPort: number };
  readonly nccs: readonly LockedNcc[];
  readonly services: readonly LockedService[];
  /** Sum over all but the entries, which have their own: tells that a hand has edited it. */
  readonly check: string;
}

/** An NCC with its rules. */
export interface LockedNcc {
  readonly key: string;
  readonly name: string;
  readonly workspaces: readonly LockedWorkspace[];
  /** Merged by `isolation: shared`; the workspaces stay together as long as that holds. */
  readonly merged?: true;
  readonly rules: readonly LockedRule[];
  readonly check: string;
}

/** A workspace of an NCC. */
export interface LockedWorkspace {
  readonly name: string;
  /** Knows a workspace again that was renamed in the spec. */
  readonly id?: string;
}

/** A private endpoint rule and what it lists. */
export interface LockedRule {
  readonly key: string;
  /** Key of the endpoint service, or `s3`. */
  readonly service: string;
  /** Names, or buckets of S3. Sorted. */
  readonly names: readonly string[];
}

/** An endpoint service with its load balancer. */
export interface LockedService {
  readonly key: string;
  /** Name of the load balancer. */
  readonly name: string;
  readonly listeners: readonly LockedListener[];
  readonly check: string;
}

/** A port of a load balancer. */
export interface LockedListener {
  readonly port: number;
  /** Absent where no router is in the way. */
  readonly routerPort?: number;
  readonly targetGroup: string;
  /** Who uses it. Sorted by target, then host. */
  readonly holds: readonly LockedClaim[];
}

/** A target’s name on a listener. */
export interface LockedClaim {
  readonly target: string;
  readonly host: string;
  /** The target's own port, where it is not the listener's. */
  readonly port?: number;
}
