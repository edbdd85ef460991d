import { ApiError, type DatabricksAccount, type RuleRecord, stableCidrs } from '../../databricks/index.ts';
import type { Behaviour } from '../plan.ts';
import { type Problem, ProviderError, type ProviderModel, type ProviderSession } from '../provider.ts';
import type { SchemaSlice } from '../schema.ts';
import type { Attributes, Value } from '../values.ts';
import { type Doing, resources, waitForRule } from './resources.ts';

/**
 * Replaces databricks/databricks where its binary is not available: the same schema, with the simulated account.
 * @see https://registry.terraform.io/providers/databricks/databricks/latest/docs and its source (2026-11-20)
 */
export function databricksProvider(
  account: DatabricksAccount,
  slice: SchemaSlice,
  options: DatabricksProviderOptions = {},
): ProviderModel {
  return { slice, behaviour, validate, configure: (config) => session(account, slice, config, options) };
}

export interface DatabricksProviderOptions {
  /** As with DATABRICKS_TF_ENABLED_PF_RESOURCES=databricks_mws_ncc_private_endpoint_rule: a rule is waited for until it is not CREATING. */
  readonly waitsForRules?: boolean;
}

const behaviour: Readonly<Record<string, Behaviour>> = {
  databricks_mws_network_connectivity_config: { forceNew: ['name', 'region'] },
  databricks_mws_ncc_private_endpoint_rule: {
    forceNew: ['network_connectivity_config_id', 'endpoint_service', 'group_id', 'resource_id'],
  },
  databricks_mws_ncc_binding: { forceNew: ['workspace_id'], recomputes: [{ become: ['id'] }] },
  // Left out of a configuration, account_id is unknown on every change, and the provider replaces the policy.
  databricks_account_network_policy: { forceNew: ['account_id'], recomputes: [{ become: ['account_id'] }] },
  databricks_workspace_network_option: {},
  databricks_credential: { forceNew: ['name'], defaults: { force_destroy: false, force_update: false } },
  databricks_volume: { forceNew: ['catalog_name', 'schema_name', 'storage_location', 'volume_type'] },
  databricks_file: { forceNew: ['path'], defaults: { remote_file_modified: false } },
};

function validate(type: string, config: Attributes): readonly Problem[] {
  if (type === 'databricks_mws_network_connectivity_config') {
    const name = config.name;
    if (typeof name === 'string' && (name.length < 3 || name.length > 30))
      return [{ summary: `expected length of name to be in the range (3 - 30), got ${name}`, attribute: 'name' }];
  }
  if (type === 'databricks_mws_ncc_private_endpoint_rule') {
    const given = ['domain_names', 'resource_names', 'group_id'].filter(
      (name) => config[name] !== null && config[name] !== undefined,
    );
    if (given.length > 1)
      return [
        {
          summary: 'Conflicting configuration arguments',
          detail: `"${given[0]}": conflicts with ${given[1]}`,
          attribute: given[0] ?? '',
        },
      ];
  }
  return [];
}

const accountLevel = (type: string): boolean =>
  type.includes('_mws_') || type.startsWith('databricks_account_') || type === 'databricks_workspace_network_option';

function session(
  account: DatabricksAccount,
  slice: SchemaSlice,
  config: Attributes,
  { waitsForRules = false }: DatabricksProviderOptions,
): ProviderSession {
  const acting = config.account_id;
  if (typeof acting === 'string' && acting !== account.accountId)
    throw new ProviderError({
      summary: `account ${acting} is not the simulated one, ${account.accountId}`,
      attribute: 'account_id',
    });

  const guarded = async <T>(type: string, verb: string, work: () => T): Promise<T> => {
    if (accountLevel(type) && typeof acting !== 'string')
      throw new ProviderError({ summary: `cannot ${verb} ${words(type)}: invalid Databricks Account configuration` });
    try {
      account.settle();
      return work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new ProviderError({ summary: `cannot ${verb} ${words(type)}: ${error.message}` }, error);
    }
  };
  const doing = (type: string): Doing => {
    const found = resources[type];
    if (!found) throw new Error(`the Databricks double has no resource type ${type}`);
    return found;
  };
  // What the provider would answer for everything that it does not compute: the configuration.
  const whole = (type: string, planned: Attributes, made: Attributes): Attributes => {
    const names = Object.keys(slice.resources[type]?.attributes ?? {});
    return {
      ...planned,
      ...Object.fromEntries(names.filter((name) => name in made).map((name) => [name, made[name] as Value])),
      ...blocksIn(slice, type, made),
    };
  };

  return {
    complete: () => ({}),
    async create(type, planned) {
      const made = await guarded(type, 'create', () => whole(type, planned, doing(type).create(account, planned)));
      if (!waitsForRules || type !== 'databricks_mws_ncc_private_endpoint_rule') return made;
      const { state, failed } = waitForRule(account, made);
      const now = whole(type, planned, state);
      if (failed) throw new ProviderError(failed, undefined, now);
      return now;
    },
    read: (type, state) =>
      guarded(type, 'read', () => {
        try {
          return whole(type, state, doing(type).read(account, state));
        } catch (error) {
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        }
      }),
    update: (type, prior, planned) =>
      guarded(type, 'update', () => whole(type, planned, doing(type).update(account, planned, prior))),
    remove: (type, state) => guarded(type, 'delete', () => doing(type).remove(account, state)),
    find: (type, id) =>
      guarded(type, 'read', () => {
        const from = doing(type).imported?.(id);
        return from ? whole(type, from, doing(type).read(account, from)) : null;
      }),
    readData: (type, asked) => guarded(type, 'read', () => readData(account, type, asked)),
  };
}

const words = (type: string): string => type.replace(/^databricks_/, '').replaceAll('_', ' ');

const egressOf = (rules: readonly RuleRecord[]): Value => [
  {
    default_rules: [{ aws_stable_ip_rule: [{ cidr_blocks: stableCidrs }] }],
    target_rules: [
      {
        aws_private_endpoint_rules: rules.map((rule) => ({
          ...(rule as unknown as Attributes),
          vpc_endpoint_id: rule.vpc_endpoint_id ?? '',
          error_message: rule.error_message ?? '',
          deactivated_at: rule.deactivated_at ?? 0,
          enabled: rule.enabled ?? false,
        })),
      },
    ],
  },
];

function blocksIn(slice: SchemaSlice, type: string, made: Attributes): Attributes {
  const names = Object.keys(slice.resources[type]?.blocks ?? {}).filter((name) => name in made);
  return Object.fromEntries(names.map((name) => [name, made[name] as Value]));
}

function readData(account: DatabricksAccount, type: string, asked: Attributes): Attributes {
  const all = [...account.nccs.values()];
  if (type === 'databricks_mws_network_connectivity_configs')
    return {
      id: account.accountId,
      names: all.filter((each) => !asked.region || each.region === asked.region).map((each) => each.name),
    };
  if (type === 'databricks_mws_network_connectivity_config') {
    const found = all.find((each) => each.name === asked.name);
    // The provider has no words for an NCC that does not exist: it reads from a null pointer.
    if (!found)
      throw new ProviderError({
        summary: 'cannot read data: panic: runtime error: invalid memory address or nil pointer dereference',
      });
    const rules = account.rulesOf(found.network_connectivity_config_id);
    return { ...found, id: '_', egress_config: egressOf(rules) };
  }
  throw new Error(`the Databricks double has no data source ${type}`);
}
