import { type EndpointId, type Hostname, parseEndpointId, parseHostname } from '../ir/index.ts';
import { DatabricksCallError } from './errors.ts';
import { type Call, Transport, type TransportOptions } from './transport.ts';

export type AccountClientOptions = TransportOptions;

export interface NccState {
  readonly id: string;
  readonly name: string;
  readonly region: string;
}

/** States of a private endpoint rule. @see databricks/databricks-sdk-go `service/settings/model.go` */
export type RuleConnection =
  | 'CREATING'
  | 'CREATE_FAILED'
  | 'PENDING'
  | 'ESTABLISHED'
  | 'REJECTED'
  | 'DISCONNECTED'
  | 'EXPIRED';

export interface RuleState {
  readonly id: string;
  readonly nccId: string;
  /** As the API has it; a state that is new to this client is passed on. */
  readonly connection: RuleConnection | (string & {});
  /** Absent for the first minute or two. */
  readonly endpointId?: EndpointId;
  readonly endpointService?: string;
  readonly domains: readonly Hostname[];
  /** Entries of the rule that are not exact host names. */
  readonly otherDomains: readonly string[];
  readonly buckets: readonly string[];
  /** Rules to S3 only: whether traffic goes through it. */
  readonly enabled?: boolean;
  /** Deleted, and kept by Databricks for a day. */
  readonly deactivated: boolean;
  readonly error?: string;
  /** Milliseconds since the epoch; 0 where the answer has none. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface WorkspaceState {
  /** Digits: a 64-bit number. */
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** `RUNNING`, `PROVISIONING`, `FAILED`, … */
  readonly status: string;
  readonly nccId?: string;
}

/** The part of the accounts API that lakegate uses itself; objects are Terraform's. All throw DatabricksCallError. */
export interface AccountClient {
  nccs(): Promise<readonly NccState[]>;
  rules(nccId: string): Promise<readonly RuleState[]>;
  rule(nccId: string, ruleId: string): Promise<RuleState>;
  /** What is connected stays, deactivated, for a day: look at the answer. */
  deleteRule(nccId: string, ruleId: string): Promise<RuleState>;
  workspaces(): Promise<readonly WorkspaceState[]>;
  workspace(id: string): Promise<WorkspaceState>;
  /** Takes the place of the NCC that the workspace had. Unbinding is impossible. */
  bind(workspaceId: string, nccId: string): Promise<WorkspaceState>;
}

/** Pages that one listing may have: a token that never ends is a fault of the other side. */
const pageCap = 500;

export function accountClient(options: AccountClientOptions): AccountClient {
  const transport = new Transport(options);
  const nccs = '/network-connectivity-configs';
  const rulesPath = (nccId: string): string => `${nccs}/${encodeURIComponent(nccId)}/private-endpoint-rules`;
  const rulePath = (nccId: string, ruleId: string): string => `${rulesPath(nccId)}/${encodeURIComponent(ruleId)}`;
  const workspacePath = (id: string): string => `/workspaces/${encodeURIComponent(id)}`;
  const send = (call: Call): Promise<unknown> => transport.send(call);

  const all = async (path: string): Promise<readonly unknown[]> => {
    const found: unknown[] = [];
    let token: string | undefined;
    for (let at = 0; at < pageCap; at += 1) {
      const page = fieldsOf(await send({ method: 'GET', path, ...(token ? { query: { page_token: token } } : {}) }));
      if (page.items !== undefined && !Array.isArray(page.items)) throw notAList(path, 'items');
      found.push(...(page.items ?? [])); // an empty page has none
      token = typeof page.next_page_token === 'string' ? page.next_page_token : undefined;
      if (!token) return found;
    }
    throw new DatabricksCallError(`GET ${path}`, 200, 'TOO_MANY_PAGES', `the answer has more than ${pageCap} pages`);
  };

  return {
    nccs: async () => (await all(nccs)).map(nccOf),
    rules: async (nccId) => (await all(rulesPath(nccId))).map(ruleOf),
    rule: async (nccId, ruleId) => ruleOf(await send({ method: 'GET', path: rulePath(nccId, ruleId) })),
    deleteRule: async (nccId, ruleId) => ruleOf(await send({ method: 'DELETE', path: rulePath(nccId, ruleId) })),
    async workspaces() {
      const answer = await send({ method: 'GET', path: '/workspaces' });
      if (!Array.isArray(answer)) throw notAList('/workspaces', 'the answer');
      return answer.map(workspaceOf);
    },
    workspace: async (id) => workspaceOf(await send({ method: 'GET', path: workspacePath(id) })),
    async bind(workspaceId, nccId) {
      const field = 'network_connectivity_config_id';
      await send({
        method: 'PATCH',
        path: workspacePath(workspaceId),
        query: { update_mask: field },
        body: { [field]: nccId },
      });
      // The answer may be older than the change: what counts is what a read shows.
      return workspaceOf(await send({ method: 'GET', path: workspacePath(workspaceId) }));
    },
  };
}

const notAList = (path: string, what: string): DatabricksCallError =>
  new DatabricksCallError(`GET ${path}`, 200, 'UNEXPECTED_ANSWER', `${what} should be a list`);

interface Fields {
  readonly [name: string]: unknown;
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);
const time = (value: unknown): number => (typeof value === 'number' ? value : 0);

function nccOf(value: unknown): NccState {
  const fields = fieldsOf(value);
  return { id: text(fields.network_connectivity_config_id), name: text(fields.name), region: text(fields.region) };
}

function ruleOf(value: unknown): RuleState {
  const fields = fieldsOf(value);
  const endpointId = parseEndpointId(text(fields.vpc_endpoint_id));
  const service = text(fields.endpoint_service);
  const error = text(fields.error_message);
  const names = texts(fields.domain_names);
  return {
    id: text(fields.rule_id),
    nccId: text(fields.network_connectivity_config_id),
    connection: text(fields.connection_state),
    ...(endpointId ? { endpointId } : {}),
    ...(service ? { endpointService: service } : {}),
    domains: names.flatMap((name) => parseHostname(name) ?? []),
    otherDomains: names.filter((name) => !parseHostname(name)),
    buckets: texts(fields.resource_names),
    ...(typeof fields.enabled === 'boolean' ? { enabled: fields.enabled } : {}),
    deactivated: fields.deactivated === true,
    ...(error ? { error } : {}),
    createdAt: time(fields.creation_time),
    updatedAt: time(fields.updated_time),
  };
}

function workspaceOf(value: unknown): WorkspaceState {
  const fields = fieldsOf(value);
  const nccId = text(fields.network_connectivity_config_id);
  return {
    id: text(fields.workspace_id),
    name: text(fields.workspace_name),
    region: text(fields.aws_region),
    status: text(fields.workspace_status),
    ...(nccId ? { nccId } : {}),
  };
}
