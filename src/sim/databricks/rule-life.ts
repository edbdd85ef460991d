import { AwsError, type AwsWorld, connectEndpoint, connectionOf, number, type Thing } from '../aws/index.ts';
import type { RuleRecord } from './records.ts';

const day = 24 * 3600 * 1000;

/** How long things take, in milliseconds. */
export interface Timings {
  /** From the create call to PENDING, when the endpoint's id is known. */
  readonly creating: number;
  /** From an answer to a connection in AWS until the rule tells of it. */
  readonly noticed: number;
  /** From PENDING to ESTABLISHED for S3, which needs no acceptance. */
  readonly bucketAccepted: number;
  /** How long PENDING, REJECTED and DISCONNECTED last before they expire. */
  readonly expires: number;
  /** How long a deactivated rule and its endpoint stay. */
  readonly deactivated: number;
}

/**
 * @see databricks/databricks-sdk-go `service/settings/model.go`: 14 days, 1 day (2026-11-20);
 * databricks-solutions/technical-services-solutions, aws-serverless-ncc README: 60 to 120 s, 1 to 5 min (2026-11-20). That an accepted connection is noticed as late as a bucket is not documented.
 */
export const timings: Timings = {
  creating: 90_000,
  noticed: 60_000,
  bucketAccepted: 120_000,
  expires: 14 * day,
  deactivated: day,
};

/** The life of a private endpoint rule, and of its endpoint on the AWS side. */
export class RuleLife {
  private readonly aws: AwsWorld;
  private readonly timings: Timings;
  private readonly principal: (region: string) => string;
  private readonly account: string;

  constructor(from: { aws: AwsWorld; timings: Timings; principal: (region: string) => string; account: string }) {
    this.aws = from.aws;
    this.timings = from.timings;
    this.principal = from.principal;
    this.account = from.account;
  }

  /** Moves a rule to where it is at this time. `gone`: it exists no more. */
  advance(rule: RuleRecord, region: string, now: number): 'gone' | 'here' {
    if (rule.deactivated && now - (rule.deactivated_at ?? now) >= this.timings.deactivated) {
      this.removeEndpoint(rule);
      return 'gone';
    }
    if (rule.connection_state === 'CREATING' && now - rule.creation_time >= this.timings.creating)
      this.connect(rule, region, now);
    if (rule.resource_names) this.followBucket(rule, now);
    else this.followEndpoint(rule, now);
    return 'here';
  }

  private connect(rule: RuleRecord, region: string, now: number): void {
    rule.updated_time = now;
    if (rule.resource_names) {
      rule.vpc_endpoint_id = this.aws.ids.id('vpce');
      rule.connection_state = 'PENDING';
      return;
    }
    try {
      const caller = { account: this.account, region, partition: 'aws' };
      const made = connectEndpoint(this.aws, {
        serviceName: rule.endpoint_service ?? '',
        principal: this.principal(region),
        caller,
      });
      rule.vpc_endpoint_id = made.id;
      rule.connection_state = 'PENDING';
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      rule.connection_state = 'CREATE_FAILED';
      rule.error_message = `${error.code}: ${error.message}`;
    }
  }

  private followBucket(rule: RuleRecord, now: number): void {
    const waited = now - rule.creation_time - this.timings.creating;
    if (rule.connection_state !== 'PENDING' || waited < this.timings.bucketAccepted) return;
    rule.connection_state = 'ESTABLISHED';
    rule.updated_time = now;
  }

  private followEndpoint(rule: RuleRecord, now: number): void {
    const before = rule.connection_state;
    const { state: seen, ...endpoint } = this.endpoint(rule)?.attributes ?? {};
    if (seen !== undefined && now - (number(endpoint, 'state_since') ?? 0) < this.timings.noticed) return;
    if (before === 'PENDING' && seen === 'Available') rule.connection_state = 'ESTABLISHED';
    else if (before === 'PENDING' && seen === 'Rejected') rule.connection_state = 'REJECTED';
    else if (before === 'ESTABLISHED' && seen !== 'Available') rule.connection_state = 'DISCONNECTED';
    else if (
      ['PENDING', 'REJECTED', 'DISCONNECTED'].includes(before) &&
      now - rule.updated_time >= this.timings.expires
    ) {
      rule.connection_state = 'EXPIRED';
      this.removeEndpoint(rule);
    }
    if (rule.connection_state !== before) rule.updated_time = now;
  }

  private endpoint(rule: RuleRecord): Thing | undefined {
    return rule.vpc_endpoint_id === undefined ? undefined : connectionOf(this.aws, rule.vpc_endpoint_id);
  }

  removeEndpoint(rule: RuleRecord): void {
    const endpoint = this.endpoint(rule);
    if (endpoint) this.aws.remove(endpoint);
  }
}
