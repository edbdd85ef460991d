import { defaultFacts, principalArn } from '../../facts/index.ts';
import { type LimitName, parseHostname } from '../../ir/index.ts';
import { type AwsWorld, Ids } from '../aws/index.ts';
import { badState, badValue, notFound, overLimit } from './errors.ts';
import { NetworkPolicies } from './policies.ts';
import type { NccRecord, RuleRecord, WorkspaceRecord } from './records.ts';
import { RuleLife, type Timings, timings } from './rule-life.ts';
import { ServicePrincipals } from './service-principals.ts';
import { UnityCatalog } from './unity-catalog.ts';

export interface AccountOptions {
  /** The cloud in which endpoint services are. */
  readonly aws: AwsWorld;
  /** A UUID. */
  readonly accountId: string;
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number;
  /** Lets simulated time go by while a provider waits for a rule. Default: it stands still. */
  readonly pass?: (milliseconds: number) => void;
  readonly timings?: Partial<Timings>;
  /** Overrides of limits, by the names that a spec uses. */
  readonly limits?: Partial<Record<LimitName, number>>;
  readonly partition?: 'commercial' | 'govcloud' | 'govcloud-dod';
}

const endpointServiceForm = /^com\.amazonaws\.vpce\.([a-z0-9-]+)\.vpce-svc-[0-9a-f]{8,17}$/;
const bucketServiceForm = /^com\.amazonaws\.([a-z0-9-]+)\.s3$/;

/**
 * A Databricks account as far as serverless networking goes: NCCs, private endpoint rules, workspaces and their bindings.
 * Rules live by a clock that is an argument: what should have happened by now has happened whenever someone looks.
 */
export class DatabricksAccount {
  readonly accountId: string;
  readonly now: () => number;
  readonly pass: (milliseconds: number) => void;
  readonly ids = new Ids('databricks');
  readonly limits: Readonly<Record<LimitName, number>>;
  readonly nccs = new Map<string, NccRecord>();
  readonly rules = new Map<string, RuleRecord>();
  readonly workspaces = new Map<number, WorkspaceRecord>();
  readonly policies: NetworkPolicies;
  readonly principals = new ServicePrincipals(this);
  /** Of every workspace: they share one metastore. */
  readonly catalog = new UnityCatalog(this);
  private readonly life: RuleLife;

  constructor(options: AccountOptions) {
    this.accountId = options.accountId;
    this.policies = new NetworkPolicies(options.accountId);
    this.now = options.now ?? Date.now;
    this.pass = options.pass ?? (() => {});
    const known = Object.entries(defaultFacts.limits).map(([name, fact]) => [name, fact.value]);
    this.limits = { ...(Object.fromEntries(known) as Record<LimitName, number>), ...options.limits };
    const partition = options.partition ?? 'commercial';
    this.life = new RuleLife({
      aws: options.aws,
      timings: { ...timings, ...options.timings },
      principal: (region) => principalArn(defaultFacts, partition, region),
      account: defaultFacts.principals[partition].value.account,
    });
  }

  /** Lets everything happen that is due: endpoints made, connections accepted or rejected, old rules gone. */
  settle(): void {
    for (const rule of this.rules.values()) {
      const region = this.nccs.get(rule.network_connectivity_config_id)?.region ?? '';
      if (this.life.advance(rule, region, this.now()) === 'gone') this.rules.delete(rule.rule_id);
    }
  }

  /** A workspace that exists already. Nothing in this API makes or removes one. */
  addWorkspace(workspace: { readonly id: string; readonly name: string; readonly region: string }): void {
    this.workspaces.set(Number(workspace.id), {
      workspace_id: Number(workspace.id),
      workspace_name: workspace.name,
      account_id: this.accountId,
      aws_region: workspace.region,
      deployment_name: workspace.name,
      workspace_status: 'RUNNING',
      pricing_tier: 'ENTERPRISE',
      creation_time: this.now(),
    });
  }

  /** Removes a workspace, which is the one way to free an NCC that is bound, other than binding another. */
  removeWorkspace(id: string): void {
    this.workspaces.delete(Number(id));
  }

  createNcc(input: { readonly name?: unknown; readonly region?: unknown }): NccRecord {
    const name = String(input.name ?? '');
    const region = String(input.region ?? '');
    if (!/^[0-9a-zA-Z_-]{3,30}$/.test(name))
      throw badValue(`Network Connectivity Config name must match ^[0-9a-zA-Z-_]{3,30}$: '${name}'`);
    if (!/^[a-z]{2}(-gov)?-[a-z]+-\d$/.test(region)) throw badValue(`Unsupported region '${region}'`);
    const inRegion = [...this.nccs.values()].filter((each) => each.region === region);
    if (inRegion.length >= this.limits.nccs_per_region)
      throw overLimit(
        `Account has reached the limit of ${this.limits.nccs_per_region} network connectivity configs in region ${region}`,
      );
    if (inRegion.some((each) => each.name === name))
      throw badValue(`A network connectivity config with the name '${name}' exists already in region ${region}`);
    const made: NccRecord = {
      network_connectivity_config_id: this.ids.uuid(),
      account_id: this.accountId,
      name,
      region,
      creation_time: this.now(),
      updated_time: this.now(),
    };
    this.nccs.set(made.network_connectivity_config_id, made);
    return made;
  }

  ncc(id: string): NccRecord {
    const found = this.nccs.get(id);
    if (!found) throw notFound(`Network Connectivity Config ${id}`);
    return found;
  }

  deleteNcc(id: string): void {
    const found = this.ncc(id);
    this.settle();
    const held = this.rulesOf(id).filter((each) => !each.deactivated);
    if (held.length) throw badState(`Network Connectivity Config ${found.name} has one or more private endpoint rules`);
    const bound = [...this.workspaces.values()].filter((each) => each.network_connectivity_config_id === id);
    if (bound.length) throw badState(`Network Connectivity Config ${found.name} is attached to one or more workspaces`);
    this.nccs.delete(id);
  }

  rulesOf(nccId: string): readonly RuleRecord[] {
    return [...this.rules.values()].filter((each) => each.network_connectivity_config_id === nccId);
  }

  createRule(nccId: string, input: Readonly<Record<string, unknown>>): RuleRecord {
    const owner = this.ncc(nccId);
    this.settle();
    const service = typeof input.endpoint_service === 'string' ? input.endpoint_service : undefined;
    const domains = strings(input.domain_names);
    const buckets = strings(input.resource_names);
    this.checkDestination(owner, service, domains, buckets);
    const inRegion = [...this.rules.values()].filter(
      (each) => this.nccs.get(each.network_connectivity_config_id)?.region === owner.region,
    );
    if (inRegion.length >= this.limits.endpoints_per_region)
      throw overLimit(
        `Account has reached the limit of ${this.limits.endpoints_per_region} private endpoints in region ${owner.region}`,
      );
    const same = this.rulesOf(nccId).filter(
      (each) => service !== undefined && each.endpoint_service === service && !buckets.length,
    );
    if (same.length >= this.limits.rules_per_service_per_ncc)
      throw badValue(
        `A private endpoint rule for ${service} exists already in network connectivity config ${owner.name}`,
      );
    const made: RuleRecord = {
      rule_id: this.ids.uuid(),
      network_connectivity_config_id: nccId,
      account_id: this.accountId,
      ...(service === undefined ? {} : { endpoint_service: service }),
      ...(domains.length ? { domain_names: domains } : {}),
      ...(buckets.length ? { resource_names: buckets, enabled: false } : {}),
      connection_state: 'CREATING',
      deactivated: false,
      creation_time: this.now(),
      updated_time: this.now(),
    };
    this.rules.set(made.rule_id, made);
    owner.updated_time = this.now();
    // Not settled: the answer to a create never carries the endpoint.
    return { ...made };
  }

  private checkDestination(
    owner: NccRecord,
    service: string | undefined,
    domains: readonly string[],
    buckets: readonly string[],
  ): void {
    if (domains.length && buckets.length) throw badValue('Only one of domain_names and resource_names can be set');
    if (buckets.length) {
      const region = bucketServiceForm.exec(service ?? `com.amazonaws.${owner.region}.s3`)?.[1];
      if (region !== owner.region)
        throw badValue(`endpoint_service must be com.amazonaws.${owner.region}.s3 for resource_names`);
      if (buckets.length > this.limits.buckets_per_rule)
        throw badValue(`A rule may have at most ${this.limits.buckets_per_rule} resource names`);
      return;
    }
    const region = endpointServiceForm.exec(service ?? '')?.[1];
    if (!region) throw badValue(`endpoint_service '${service ?? ''}' is not the name of a VPC endpoint service`);
    if (region !== owner.region)
      throw badValue(`endpoint_service is in region ${region}, the network connectivity config in ${owner.region}`);
    this.checkDomains(domains);
  }

  private checkDomains(domains: readonly string[]): void {
    if (!domains.length) throw badValue('domain_names must have at least one name');
    if (domains.length > this.limits.domains_per_rule)
      throw badValue(
        `A private endpoint rule may have at most ${this.limits.domains_per_rule} domain names, got ${domains.length}`,
      );
    const wrong = domains.find((each) => parseHostname(each) !== each);
    if (wrong !== undefined) throw badValue(`'${wrong}' is not a fully qualified domain name`);
    if (new Set(domains).size < domains.length) throw badValue('domain_names has the same name twice');
  }

  rule(nccId: string, ruleId: string): RuleRecord {
    this.ncc(nccId);
    this.settle();
    const found = this.rules.get(ruleId);
    if (found?.network_connectivity_config_id !== nccId) throw notFound(`Private endpoint rule ${ruleId}`);
    return found;
  }

  updateRule(nccId: string, ruleId: string, mask: string, input: Readonly<Record<string, unknown>>): RuleRecord {
    const found = this.rule(nccId, ruleId);
    const fields = mask.split(',').filter((each) => each !== '');
    if (!fields.length) throw badValue('Update mask must be specified');
    const unknown = fields.find((each) => !['domain_names', 'resource_names', 'enabled'].includes(each));
    if (unknown) throw badValue(`Field ${unknown} cannot be updated`);
    if (fields.includes('enabled')) {
      if (!found.resource_names) throw badValue('Field enabled can only be updated for rules to first-party services');
      if (found.connection_state !== 'ESTABLISHED')
        throw badState('Field enabled can only be updated when connection_state is ESTABLISHED');
    }
    const domains = strings(input.domain_names);
    const buckets = strings(input.resource_names);
    if (fields.includes('domain_names')) {
      if (found.resource_names) throw badValue('domain_names cannot be set on a rule with resource_names');
      this.checkDomains(domains);
      found.domain_names = domains;
    }
    if (fields.includes('resource_names')) {
      if (found.domain_names || !buckets.length)
        throw badValue('resource_names must have at least one name, on a rule for S3');
      found.resource_names = buckets;
    }
    if (fields.includes('enabled')) found.enabled = input.enabled === true;
    found.updated_time = this.now();
    return found;
  }

  /** A rule that waits or has expired goes at once; any other is deactivated and its endpoint stays for a day. */
  deleteRule(nccId: string, ruleId: string): RuleRecord {
    const found = this.rule(nccId, ruleId);
    if (['CREATING', 'CREATE_FAILED', 'PENDING', 'EXPIRED'].includes(found.connection_state)) {
      this.life.removeEndpoint(found);
      this.rules.delete(ruleId);
      return found;
    }
    found.deactivated = true;
    found.deactivated_at ??= this.now();
    found.updated_time = this.now();
    return found;
  }

  workspace(id: number): WorkspaceRecord {
    const found = this.workspaces.get(id);
    if (!found) throw notFound(`Workspace ${id}`);
    return found;
  }

  /** Binding another NCC replaces the first without an error. A binding cannot be removed. */
  bindWorkspace(id: number, nccId: string): WorkspaceRecord {
    const found = this.workspace(id);
    if (!nccId) throw badValue('network_connectivity_config_id cannot be unset');
    const ncc = this.ncc(nccId);
    if (ncc.region !== found.aws_region)
      throw badValue(
        `Network connectivity config ${ncc.name} is in region ${ncc.region}, workspace ${id} in ${found.aws_region}`,
      );
    const others = [...this.workspaces.values()].filter(
      (each) => each.network_connectivity_config_id === nccId && each !== found,
    );
    if (others.length >= this.limits.workspaces_per_ncc)
      throw overLimit(
        `Network connectivity config ${ncc.name} has reached the limit of ${this.limits.workspaces_per_ncc} workspaces`,
      );
    found.network_connectivity_config_id = nccId;
    return found;
  }
}

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
