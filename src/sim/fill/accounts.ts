import type { InfraPlan, LimitName } from '../../ir/index.ts';
import { type AwsTimings, AwsWorld, type Caller, type Quotas } from '../aws/index.ts';
import { DatabricksAccount } from '../databricks/index.ts';
import { placeExisting } from './existing.ts';

/** The AWS accounts and the Databricks account of a customer, simulated, and the time in them. */
export interface SimulatedAccounts {
  readonly aws: AwsWorld;
  readonly databricks: DatabricksAccount;
  /** Who acts in the account and region of the plan. */
  readonly caller: Caller;
  /** Moves the clock of both: rules get their endpoints, and pending ones expire. */
  passTime(milliseconds: number): void;
}

export interface AccountsOptions {
  /** Limits of both accounts, by the names that a spec gives them. Default: the facts. */
  readonly limits?: Partial<Record<LimitName, number>>;
  /** Milliseconds since the epoch. Default: a fixed day. */
  readonly startMs?: number;
  readonly timings?: Partial<AwsTimings>;
}

/**
 * How long the owner of a service waits. AWS documents none of it: under a minute for an acceptance is what people see. That a connection
 * is there as soon as Databricks tells its endpoint, and that a rejection acts at once, is assumed; a test has the rejection take longer.
 */
const awsTimings: AwsTimings = { connectionSeen: 0, accepting: 30_000, rejecting: 0 };

const fixedDay = Date.UTC(2026, 10, 20);

/** Opens both accounts with what a plan takes for granted: workspaces, transit gateways, spoke networks, an existing hub, existing clusters. */
export function openAccounts(infra: InfraPlan, options: AccountsOptions = {}): SimulatedAccounts {
  const { limits = {}, startMs = fixedDay } = options;
  let nowMs = startMs;
  const now = (): number => nowMs;
  const pass = (milliseconds: number): void => {
    nowMs += milliseconds;
  };
  const timings = { ...awsTimings, ...options.timings };
  const aws = new AwsWorld({ now, pass, timings, quotas: quotasOf(limits) });
  const { accountId, partition } = infra.databricks;
  const databricks = new DatabricksAccount({ aws, accountId, partition, limits, now, pass });
  const { region, account } = infra.aws;
  for (const { id, name } of infra.nccs.flatMap((ncc) => ncc.workspaces))
    if (id !== undefined) databricks.addWorkspace({ id, name, region });
  placeExisting(aws, infra);
  return {
    aws,
    databricks,
    caller: { account, region, partition: infra.aws.partition },
    passTime(milliseconds) {
      pass(milliseconds);
      databricks.settle();
    },
  };
}

const quotasOf = (limits: Partial<Record<LimitName, number>>): Partial<Quotas> => ({
  ...(limits.nlbs_per_region !== undefined && { nlbsPerRegion: limits.nlbs_per_region }),
  ...(limits.listeners_per_nlb !== undefined && { listenersPerNlb: limits.listeners_per_nlb }),
  ...(limits.targets_per_nlb !== undefined && { targetsPerNlb: limits.targets_per_nlb }),
  ...(limits.target_groups_per_region !== undefined && { targetGroupsPerRegion: limits.target_groups_per_region }),
});
