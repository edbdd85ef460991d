import { ApiError, badValue, notFound } from './errors.ts';

export interface NetworkPolicy {
  readonly network_policy_id: string;
  readonly account_id: string;
  readonly egress?: unknown;
  readonly ingress?: unknown;
  readonly ingress_dry_run?: unknown;
}

type Input = Readonly<Record<string, unknown>>;

/** Destinations that a policy may list. @see https://docs.databricks.com/en/security/network/serverless-network-security/manage-network-policies.html (2026-11-20) */
const destinationCap = 2000;

/** Network policies and which workspace has which. One always exists and serves everyone without an own one. */
export class NetworkPolicies {
  private readonly accountId: string;
  private readonly policies = new Map<string, NetworkPolicy>();
  private readonly chosen = new Map<number, string>();

  constructor(accountId: string) {
    this.accountId = accountId;
    this.policies.set('default-policy', this.filled('default-policy', {}));
  }

  all(): readonly NetworkPolicy[] {
    return [...this.policies.values()];
  }

  get(id: string): NetworkPolicy {
    const found = this.policies.get(id);
    if (!found) throw notFound(`Network policy ${id}`);
    return found;
  }

  create(input: Input): NetworkPolicy {
    const id = String(input.network_policy_id ?? '');
    if (!/^[a-zA-Z0-9_.-]{1,32}$/.test(id))
      throw badValue(`network_policy_id must match ^[a-zA-Z0-9_.-]{1,32}$: '${id}'`);
    if (this.policies.has(id))
      throw new ApiError(409, 'RESOURCE_ALREADY_EXISTS', `Network policy ${id} already exists`);
    return this.put(id, input);
  }

  replace(id: string, input: Input): NetworkPolicy {
    this.get(id);
    return this.put(id, input);
  }

  remove(id: string): void {
    this.get(id);
    if (id === 'default-policy') throw badValue('The default network policy cannot be deleted');
    // Whether a policy in use can go is not documented; its workspaces have the default one afterwards.
    for (const [workspace, chosen] of this.chosen) if (chosen === id) this.chosen.delete(workspace);
    this.policies.delete(id);
  }

  optionOf(workspace: number): { readonly workspace_id: number; readonly network_policy_id: string } {
    return { workspace_id: workspace, network_policy_id: this.chosen.get(workspace) ?? 'default-policy' };
  }

  choose(workspace: number, id: string): void {
    this.get(id);
    this.chosen.set(workspace, id);
  }

  private put(id: string, input: Input): NetworkPolicy {
    const made = this.filled(id, input);
    this.policies.set(id, made);
    return made;
  }

  /** The API fills in what was left out, which Terraform then sees. */
  private filled(id: string, input: Input): NetworkPolicy {
    const egress = (input.egress ?? { network_access: { restriction_mode: 'FULL_ACCESS' } }) as {
      network_access?: Readonly<Record<string, unknown>>;
    };
    const access = egress.network_access ?? {};
    const mode = access.restriction_mode;
    if (mode !== 'FULL_ACCESS' && mode !== 'RESTRICTED_ACCESS')
      throw badValue(`restriction_mode '${String(mode)}' is not known`);
    const listed = [
      'allowed_internet_destinations',
      'allowed_storage_destinations',
      'blocked_internet_destinations',
    ].flatMap((name) => (access[name] as readonly unknown[] | undefined) ?? []);
    if (listed.length > destinationCap)
      throw badValue(`A network policy may list at most ${destinationCap} destinations`);
    return {
      network_policy_id: id,
      account_id: this.accountId,
      egress,
      ...ingressOf(input, 'ingress'),
      ...ingressOf(input, 'ingress_dry_run'),
    };
  }
}

/** @see databricks/terraform-databricks-sra `network_policy/main.tf` (2026-11-20): a policy without it comes back with it. */
const filledPrivateAccess = { restriction_mode: 'ALLOW_ALL_REGISTERED_ENDPOINTS' };

function ingressOf(input: Input, name: 'ingress' | 'ingress_dry_run'): Input {
  const given = input[name];
  if (typeof given !== 'object' || given === null) return {};
  return { [name]: { private_access: filledPrivateAccess, ...given } };
}
