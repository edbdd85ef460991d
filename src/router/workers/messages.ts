import type { Diagnostic } from '../../diagnostics/index.ts';
import type { IssuerDocument, Policy, RoutePlan } from '../../ir/index.ts';
import type { FlowsRead } from '../flows/flow-ring.ts';
import type { Snapshot } from '../metrics.ts';
import type { Reloaded } from '../options.ts';
import type { RouterLimits } from '../router-limits.ts';

/** What the first process says to a worker. Each is answered by exactly one reply with the same id. */
export type Order = { readonly id: number } & (
  | {
      readonly do: 'start';
      readonly plan: RoutePlan;
      readonly policy: Policy;
      readonly limits: Partial<RouterLimits>;
      readonly log: 'json' | 'text';
      /** The CA for inspected names, where there is one by now. Secret. */
      readonly issuer?: IssuerDocument;
      /** Binds loopback and free ports instead of the plan's, for tests: by listener key. */
      readonly bind?: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
    }
  | { readonly do: 'reload'; readonly plan: RoutePlan }
  | { readonly do: 'policy'; readonly policy: Policy }
  | { readonly do: 'issuer'; readonly issuer: IssuerDocument }
  | { readonly do: 'stats' }
  /** Records of inspected requests behind a number, at most so many. */
  | { readonly do: 'flows'; readonly since: number; readonly most: number }
  | { readonly do: 'drain'; readonly deadlineMs: number }
);

export type Reply = { readonly id: number } & (
  | { readonly did: 'started' | 'policy' | 'issuer' }
  | { readonly did: 'reload'; readonly result: Reloaded }
  | { readonly did: 'stats'; readonly snapshot: Snapshot }
  | { readonly did: 'flows'; readonly read: FlowsRead }
  | { readonly did: 'drain'; readonly cut: number }
  | { readonly did: 'fail'; readonly message: string; readonly diagnostics: readonly Diagnostic[] }
);
