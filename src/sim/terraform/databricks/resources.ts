import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DatabricksAccount, RuleRecord } from '../../databricks/index.ts';
import type { Problem } from '../provider.ts';
import { type Attributes, isObject, type Value } from '../values.ts';

/** What the provider does for one type. Answers hold what the account gives; the rest stays as configured. */
export interface Doing {
  create(account: DatabricksAccount, planned: Attributes): Attributes;
  /** Throws ApiError with 404 where it is gone. */
  read(account: DatabricksAccount, state: Attributes): Attributes;
  update(account: DatabricksAccount, planned: Attributes, prior: Attributes): Attributes;
  remove(account: DatabricksAccount, state: Attributes): void;
  /** The state for an import id, with the attributes that a read needs. */
  imported?(id: string): Attributes;
}

const text = (from: Attributes, name: string): string => (typeof from[name] === 'string' ? from[name] : '');

const ncc: Doing = {
  create: (account, planned) =>
    nccState(account, account.createNcc({ name: planned.name, region: planned.region }).network_connectivity_config_id),
  read: (account, state) => nccState(account, text(state, 'network_connectivity_config_id')),
  update: (account, planned) => nccState(account, text(planned, 'network_connectivity_config_id')),
  remove: (account, state) => account.deleteNcc(text(state, 'network_connectivity_config_id')),
  imported: (id) => ({ id, network_connectivity_config_id: id.split('/')[1] ?? '' }),
};

function nccState(account: DatabricksAccount, id: string): Attributes {
  return { ...account.ncc(id), id: `${account.accountId}/${id}` };
}

const rule: Doing = {
  create(account, planned) {
    const made = account.createRule(text(planned, 'network_connectivity_config_id'), withoutNull(planned));
    return ruleState(made);
  },
  read: (account, state) =>
    ruleState(account.rule(text(state, 'network_connectivity_config_id'), text(state, 'rule_id'))),
  update(account, planned, prior) {
    const changed = ['enabled', 'domain_names', 'resource_names'].filter(
      (name) => JSON.stringify(planned[name] ?? null) !== JSON.stringify(prior[name] ?? null),
    );
    const where = [text(prior, 'network_connectivity_config_id'), text(prior, 'rule_id')] as const;
    return ruleState(account.updateRule(...where, changed.join(), withoutNull(planned)));
  },
  remove(account, state) {
    account.deleteRule(text(state, 'network_connectivity_config_id'), text(state, 'rule_id'));
  },
  imported: (id) => ({ id, network_connectivity_config_id: id.split('/')[0] ?? '', rule_id: id.split('/')[1] ?? '' }),
};

/** As often, and as long, as the provider looks whether a rule is still CREATING. */
const look = { everyMs: 10_000, capMs: 30 * 60_000 } as const;

/**
 * What the waiting form of the rule does after it has created one. PENDING is a success: whoever owns the service has to accept.
 * @see databricks/terraform-provider-databricks `internal/providers/pluginfw/products/networks/privateendpointrule/resource.go` (2026-11-25)
 */
export function waitForRule(
  account: DatabricksAccount,
  made: Attributes,
): { readonly state: Attributes; readonly failed?: Problem } {
  const [nccId, ruleId] = [text(made, 'network_connectivity_config_id'), text(made, 'rule_id')];
  const named = `rule ${ruleId} in network connectivity config ${nccId}`;
  const end = account.now() + look.capMs;
  for (;;) {
    const record = account.rule(nccId, ruleId);
    const [state, { connection_state: is, error_message: why = '' }] = [ruleState(record), record];
    if (is === 'CREATE_FAILED')
      return { state, failed: { summary: 'private endpoint rule creation failed', detail: `${named}: ${why}` } };
    if (is !== 'CREATING') return { state };
    const before = account.now();
    account.pass(look.everyMs);
    if (account.now() === before || account.now() >= end)
      return {
        state,
        failed: {
          summary: 'timed out waiting for private endpoint rule to leave CREATING',
          detail: `${named} was still CREATING after 30m0s.`,
        },
      };
  }
}

/** The provider shows what the API leaves out as empty values of its language. */
const ruleState = (record: RuleRecord): Attributes => ({
  ...(record as unknown as Attributes),
  id: `${record.network_connectivity_config_id}/${record.rule_id}`,
  vpc_endpoint_id: record.vpc_endpoint_id ?? '',
  error_message: record.error_message ?? '',
  deactivated_at: record.deactivated_at ?? 0,
  endpoint_name: '',
  enabled: record.enabled ?? false,
});

/** Reading and deleting a binding do nothing, as in the provider. */
const binding: Doing = {
  create: (account, planned) => bind(account, planned),
  read: () => ({}),
  update: (account, planned) => bind(account, planned),
  remove: () => {},
};

function bind(account: DatabricksAccount, planned: Attributes): Attributes {
  const nccId = text(planned, 'network_connectivity_config_id');
  const workspace = Number(planned.workspace_id);
  account.bindWorkspace(workspace, nccId);
  return { id: `${workspace}/${nccId}` };
}

const policy: Doing = {
  create: (account, planned) => account.policies.create(withoutNull(planned)) as unknown as Attributes,
  read: (account, state) => ({ account_id: account.policies.get(text(state, 'network_policy_id')).account_id }),
  update: (account, planned) => {
    account.policies.replace(text(planned, 'network_policy_id'), withoutNull(planned));
    return { account_id: account.accountId };
  },
  remove: (account, state) => account.policies.remove(text(state, 'network_policy_id')),
  imported: (id) => ({ network_policy_id: id }),
};

const option: Doing = {
  create: (account, planned) => choose(account, planned),
  read: (account, state) => ({
    ...account.policies.optionOf(account.workspace(Number(state.workspace_id)).workspace_id),
  }),
  update: (account, planned) => choose(account, planned),
  // It cannot be deleted, only set: the provider leaves it as it is.
  remove: () => {},
  imported: (id) => ({ workspace_id: Number(id) }),
};

function choose(account: DatabricksAccount, planned: Attributes): Attributes {
  account.policies.choose(
    account.workspace(Number(planned.workspace_id)).workspace_id,
    text(planned, 'network_policy_id'),
  );
  return {};
}

const credential: Doing = {
  create: (account, planned) =>
    credentialState(
      account.catalog.createCredential({ ...withoutNull(planned), aws_iam_role: first(planned, 'aws_iam_role') }),
    ),
  read: (account, state) => credentialState(account.catalog.credential(text(state, 'id'))),
  update: (account, planned) =>
    credentialState(
      account.catalog.updateCredential(text(planned, 'id'), {
        comment: planned.comment ?? '',
        aws_iam_role: { ...first(planned, 'aws_iam_role') },
      }),
    ),
  remove: (account, state) => account.catalog.removeCredential(text(state, 'id')),
  imported: (id) => ({ id, name: id }),
};

const credentialState = (made: Readonly<Record<string, unknown>>): Attributes => {
  const { comment: _, read_only: __, ...rest } = made as Attributes;
  return {
    ...rest,
    id: made.name as string,
    credential_id: made.id as string,
    aws_iam_role: [made.aws_iam_role as Value],
  };
};

const volume: Doing = {
  create: (account, planned) => volumeState(account.catalog.createVolume(withoutNull(planned))),
  read: (account, state) => volumeState(account.catalog.volume(text(state, 'id'))),
  update: (account, planned) =>
    volumeState(account.catalog.updateVolume(text(planned, 'id'), { comment: planned.comment ?? '' })),
  remove: (account, state) => account.catalog.removeVolume(text(state, 'id')),
  imported: (id) => ({ id }),
};

const volumeState = (made: Readonly<Record<string, unknown>>): Attributes => {
  const name = String(made.full_name);
  return { id: name, owner: String(made.owner), volume_path: `/Volumes/${name.replaceAll('.', '/')}` };
};

const file: Doing = {
  create: (account, planned) => write(account, planned),
  read: (account, state) => {
    account.catalog.file(text(state, 'path'));
    return {};
  },
  update: (account, planned) => write(account, planned),
  remove: (account, state) => account.catalog.removeFile(text(state, 'path')),
};

function write(account: DatabricksAccount, planned: Attributes): Attributes {
  const path = text(planned, 'path');
  const source = text(planned, 'source');
  const bytes = source ? readFileSync(source) : Buffer.from(text(planned, 'content_base64'), 'base64');
  account.catalog.writeFile(path, { bytes });
  return {
    id: path,
    file_size: bytes.length,
    modification_time: new Date(account.now()).toUTCString(),
    md5: createHash('md5').update(bytes).digest('hex'),
  };
}

function first(from: Attributes, block: string): Attributes {
  const blocks = from[block];
  const [element] = Array.isArray(blocks) ? blocks : [];
  return isObject(element) ? withoutNull(element) : {};
}

/** What the provider would send: no nulls, no values that are not known. */
function withoutNull(from: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(from).filter(([, value]) => typeof value !== 'object' || Array.isArray(value) || isObject(value)),
  );
}

export const resources: Readonly<Record<string, Doing>> = {
  databricks_mws_network_connectivity_config: ncc,
  databricks_mws_ncc_private_endpoint_rule: rule,
  databricks_mws_ncc_binding: binding,
  databricks_account_network_policy: policy,
  databricks_workspace_network_option: option,
  databricks_credential: credential,
  databricks_volume: volume,
  databricks_file: file,
};
