import type { RefusalCode } from '../diagnostics/index.ts';
import type { Hostname, IpAddress, Port } from '../ir/index.ts';
import type { Hop, Outcome, Question } from '../topology/index.ts';

/** What the spec grants, as plain data: the proof believes no table of the plan. */
export interface Grants {
  readonly targets: readonly GrantedTarget[];
  readonly workspaces: readonly WorkspaceGrants[];
}

/** What the spec says of an inspected target. */
export interface GrantedRequests {
  /** Its prefix; `/` where it takes all paths of its hosts. */
  readonly path: string;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Where it is, as far as that is not its own host, port and path. */
  readonly host?: Hostname;
  readonly port?: Port;
  readonly tlsName?: Hostname;
  readonly ca?: readonly string[];
  readonly prefix?: string;
}

export interface GrantedTarget {
  readonly name: string;
  /** Exact names clients use; of Kafka in the order of the brokers. Empty for S3. */
  readonly hosts: readonly Hostname[];
  /** The target's own ports. */
  readonly ports: readonly Port[];
  /** Clients may be told another port than the target's own. */
  readonly remap: boolean;
  /** Static addresses instead of DNS; empty otherwise. */
  readonly addresses: readonly IpAddress[];
  readonly buckets: readonly string[];
  /** Of an inspected target: grants hold for each request. */
  readonly inspected?: GrantedRequests;
}

export interface WorkspaceGrants {
  readonly workspace: string;
  /** Names of the targets that `access:` grants. Workspaces with equal access may share one array: it is read once. */
  readonly targets: readonly string[];
  /** Targets it was not granted and may reach, because the user accepted a merge. */
  readonly surplus?: readonly string[];
}

/** The result of {@link prove}: data, the same for the same input. */
export interface Proof {
  readonly holds: boolean;
  readonly counts: ProofCounts;
  /** The first {@link maxFailures}, in the order of NCCs. */
  readonly failures: readonly ProofFailure[];
  readonly failuresInAll: number;
}

export interface ProofCounts {
  readonly workspaces: number;
  readonly targets: number;
  /** Pairs of workspace and granted target of which every host and port reaches the target. */
  readonly reached: number;
  /** Of those, pairs that were not granted and that the user accepted. */
  readonly surplus: number;
  /** Pairs of workspace and other target of which every host and port is refused. */
  readonly refused: number;
  /** Refused connections of those pairs by code, each for all workspaces of its NCC. */
  readonly refusedBy: Readonly<Partial<Record<RefusalCode, number>>>;
  /** Dials of a hostile client, past DNS and with any name: one for each NCC, listener and claim. */
  readonly adversarialDials: number;
}

export interface ProofFailure {
  readonly kind: 'not-reached' | 'reached-without-grant' | 'wrong-upstream' | 'name-without-grant' | 'inconsistent';
  readonly expected: 'reach' | 'refuse';
  /** Absent for a contradiction between two parts of the plan. */
  readonly question?: Question;
  readonly observed?: Outcome;
  /** Where it went wrong. */
  readonly hop: Pick<Hop, 'at' | 'name'>;
  /** One or two sentences. */
  readonly why: string;
}
