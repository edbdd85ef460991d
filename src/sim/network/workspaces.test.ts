import { expect, test } from 'vitest';
import { filledAccounts, orders, vault } from '../../../test/support/network.ts';
import { createWorkspaces } from './workspaces.ts';

const bucket = 'lake.s3.eu-west-1.amazonaws.com';
const [analytics, finance] = [1, 2];

test('a name leads to the endpoint of a rule that lists it, for the workspaces that are bound to its NCC', async () => {
  const { databricks } = await filledAccounts();
  const workspaces = createWorkspaces(databricks);
  const found = workspaces.endpointFor('analytics', 'Orders.Test.Example.');
  expect(found.address).toMatch(/^100\.64\./);
  expect(found.id).toBe(found.rule.vpc_endpoint_id);
  expect(workspaces.endpointAt(found.address)).toEqual(found);
  expect(workspaces.endpointFor('analytics', bucket).rule.resource_names).toEqual(['lake']);
  const message = (host: string, workspace = 'finance'): string => {
    try {
      return workspaces.endpointFor(workspace, host).id;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(message(orders)).toBe(`ENOTFOUND ${orders} is in no rule of the NCC of finance`);
  expect(message(bucket)).toContain('ENOTFOUND');
  expect(message('unknown.test.example')).toContain('ENOTFOUND');
  expect(message(vault, 'unknown')).toContain('ENOTFOUND');
});

test('binding another NCC changes what a workspace resolves, at once', async () => {
  const { databricks } = await filledAccounts();
  const workspaces = createWorkspaces(databricks);
  const before = workspaces.endpointFor('finance', vault);
  databricks.bindWorkspace(analytics, databricks.workspace(finance).network_connectivity_config_id ?? '');
  expect(workspaces.endpointFor('analytics', vault)).toEqual(before);
  expect(() => workspaces.endpointFor('analytics', orders)).toThrow('ENOTFOUND');
});

test('a name taken off its rule no longer resolves', async () => {
  const { databricks } = await filledAccounts();
  const workspaces = createWorkspaces(databricks);
  const { rule } = workspaces.endpointFor('analytics', orders);
  databricks.updateRule(rule.network_connectivity_config_id, rule.rule_id, 'domain_names', { domain_names: [vault] });
  expect(() => workspaces.endpointFor('analytics', orders)).toThrow('ENOTFOUND');
  expect(workspaces.endpointFor('analytics', vault).id).toBe(rule.vpc_endpoint_id);
});

test('a rule acts only while it is ESTABLISHED, one for S3 when it is enabled too', async () => {
  const { databricks } = await filledAccounts();
  const workspaces = createWorkspaces(databricks);
  const { rule } = workspaces.endpointFor('analytics', orders);
  for (const state of ['PENDING', 'REJECTED', 'DISCONNECTED', 'EXPIRED'] as const) {
    rule.connection_state = state;
    rule.updated_time = databricks.now();
    const before = structuredClone(rule);
    if (state === 'PENDING') rule.vpc_endpoint_id = 'vpce-0unaccepted';
    expect(() => workspaces.endpointFor('analytics', orders)).toThrow(
      `ENOTFOUND the rule of analytics for ${orders} is ${state}, not ESTABLISHED`,
    );
    Object.assign(rule, before);
  }
  const s3 = workspaces.endpointFor('analytics', bucket).rule;
  databricks.updateRule(s3.network_connectivity_config_id, s3.rule_id, 'enabled', { enabled: false });
  expect(() => workspaces.endpointFor('analytics', bucket)).toThrow('is not enabled');
});

test('a deleted rule acts no longer, while its endpoint is still there', async () => {
  const { databricks } = await filledAccounts();
  const workspaces = createWorkspaces(databricks);
  const endpoint = workspaces.endpointFor('analytics', orders);
  databricks.deleteRule(endpoint.rule.network_connectivity_config_id, endpoint.rule.rule_id);
  expect(() => workspaces.endpointFor('analytics', orders)).toThrow('is deactivated');
  expect(workspaces.endpointsOf('analytics').map(({ id }) => id)).toContain(endpoint.id);
});

test('every endpoint has an address that no other has, and keeps it', async () => {
  const { databricks } = await filledAccounts();
  const workspaces = createWorkspaces(databricks);
  const all = workspaces.all();
  expect(new Set(all.map(({ address }) => address)).size).toBe(3);
  expect(workspaces.all().map(({ address }) => address)).toEqual(all.map(({ address }) => address));
  expect(workspaces.endpointsOf('analytics')).toHaveLength(2);
  expect(workspaces.endpointsOf('unknown')).toEqual([]);
});
