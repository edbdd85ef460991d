import { cidrRange, type EndpointId, type IpAddress, ipv4Text, parseCidr, parseEndpointId } from '../../ir/index.ts';
import type { DatabricksAccount, NccRecord, RuleRecord } from '../databricks/index.ts';
import { SimNetworkError } from './errors.ts';

/** What a private endpoint rule has on the Databricks side. */
export interface WorkspaceEndpoint {
  readonly id: EndpointId;
  /** In the network of Databricks, where no customer's network is. */
  readonly address: IpAddress;
  readonly rule: RuleRecord;
}

/** The Databricks side: what each workspace's DNS answers, and which endpoints its NCC has. Read from the account at each call. */
export interface Workspaces {
  /** The endpoint that a name leads to. Throws ENOTFOUND where no rule of the workspace's NCC that acts lists it. */
  endpointFor(workspace: string, host: string): WorkspaceEndpoint;
  /** The endpoint with that address; undefined when there is none. */
  endpointAt(address: string): WorkspaceEndpoint | undefined;
  /** Endpoints that the workspace's NCC has, accepted or not. */
  endpointsOf(workspace: string): readonly WorkspaceEndpoint[];
  /** Endpoints of all NCCs. */
  all(): readonly WorkspaceEndpoint[];
}

const endpointRange = parseCidr('100.64.0.0/16');

export function createWorkspaces(account: DatabricksAccount): Workspaces {
  const addresses = new Map<EndpointId, IpAddress>();

  /** An endpoint keeps its address for life, and no other gets it. */
  const addressOf = (id: EndpointId): IpAddress => {
    const known = addresses.get(id);
    if (known) return known;
    const address = ipv4Text((endpointRange ? cidrRange(endpointRange).first : 0) + 257 + addresses.size);
    addresses.set(id, address);
    return address;
  };
  const endpointOf = (rule: RuleRecord): readonly WorkspaceEndpoint[] => {
    const id = parseEndpointId(rule.vpc_endpoint_id ?? '');
    return id ? [{ id, address: addressOf(id), rule }] : [];
  };
  const nccOf = (workspace: string): NccRecord | undefined => {
    const found = [...account.workspaces.values()].find((each) => each.workspace_name === workspace);
    return account.nccs.get(found?.network_connectivity_config_id ?? '');
  };
  const rulesOf = (workspace: string): readonly RuleRecord[] => {
    account.settle();
    return account.rulesOf(nccOf(workspace)?.network_connectivity_config_id ?? '');
  };
  const all = (): readonly WorkspaceEndpoint[] => {
    account.settle();
    return [...account.rules.values()].flatMap(endpointOf);
  };

  return {
    endpointFor(workspace, host) {
      const name = host.toLowerCase().replace(/\.$/, '');
      const region = nccOf(workspace)?.region ?? '';
      const rules = rulesOf(workspace).filter((rule) => namesOf(rule, region).includes(name));
      const [endpoint] = rules.filter((rule) => !whyInactive(rule)).flatMap(endpointOf);
      if (endpoint) return endpoint;
      const why = rules.map(whyInactive)[0];
      throw new SimNetworkError(
        'ENOTFOUND',
        why ? `the rule of ${workspace} for ${host} ${why}` : `${host} is in no rule of the NCC of ${workspace}`,
      );
    },
    endpointAt: (address) => all().find((each) => each.address === address),
    endpointsOf: (workspace) => rulesOf(workspace).flatMap(endpointOf),
    all,
  };
}

/** The names that a rule makes resolve to its endpoint. For S3 the buckets' own names in the region. */
const namesOf = ({ domain_names = [], resource_names = [] }: RuleRecord, region: string): readonly string[] => [
  ...domain_names,
  ...resource_names.map((bucket) => `${bucket}.s3.${region}.amazonaws.com`),
];

/** Why a rule does nothing yet, or no longer; undefined when it acts. A rule acts only while it is ESTABLISHED. */
function whyInactive({ connection_state, deactivated, resource_names, enabled }: RuleRecord): string | undefined {
  if (deactivated) return 'is deactivated';
  if (connection_state !== 'ESTABLISHED') return `is ${connection_state}, not ESTABLISHED`;
  return resource_names && enabled !== true ? 'is not enabled' : undefined;
}
