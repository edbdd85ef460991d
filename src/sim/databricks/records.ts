import type { Ids } from '../aws/index.ts';

/** What each part of an account needs to make a record: whose it is, when it is made, and names that no other has. */
export interface RecordMaker {
  readonly accountId: string;
  readonly ids: Ids;
  now(): number;
}

/** How the API writes a network connectivity configuration, without the parts made for each answer. */
export interface NccRecord {
  readonly network_connectivity_config_id: string;
  readonly account_id: string;
  readonly name: string;
  readonly region: string;
  readonly creation_time: number;
  updated_time: number;
}

/** How the API writes a private endpoint rule. */
export interface RuleRecord {
  readonly rule_id: string;
  readonly network_connectivity_config_id: string;
  readonly account_id: string;
  readonly endpoint_service?: string;
  domain_names?: readonly string[];
  resource_names?: readonly string[];
  connection_state: RuleState;
  vpc_endpoint_id?: string;
  enabled?: boolean;
  deactivated: boolean;
  deactivated_at?: number;
  error_message?: string;
  readonly creation_time: number;
  updated_time: number;
}

export type RuleState =
  | 'CREATING'
  | 'CREATE_FAILED'
  | 'PENDING'
  | 'ESTABLISHED'
  | 'REJECTED'
  | 'DISCONNECTED'
  | 'EXPIRED';

export interface WorkspaceRecord {
  readonly workspace_id: number;
  readonly workspace_name: string;
  readonly account_id: string;
  readonly aws_region: string;
  readonly deployment_name: string;
  readonly workspace_status: 'RUNNING';
  readonly pricing_tier: 'ENTERPRISE';
  readonly creation_time: number;
  network_connectivity_config_id?: string;
}
