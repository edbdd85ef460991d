import { writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AwsWorld, answerConnection, connectionsOf } from '../../src/sim/aws/index.ts';
import { DatabricksAccount, startDatabricks } from '../../src/sim/databricks/index.ts';
import { exampleText, planOf } from '../terraform/cases.ts';
import { siteFor } from '../terraform/site.ts';
import { findTool } from '../tools.ts';
import { endpointServiceHcl } from './endpoint-service.ts';
import { terraformRun } from './terraform-cli.ts';

const accountId = '0d26daa6-5e44-4c97-a497-ef015f91254a';
const real = process.env.LAKEGATE_DATABRICKS_PROVIDER;
const cli = findTool('terraform') ?? findTool('tofu');

const networkHcl = (provider: string, names: readonly string[], policyAccount = `"${accountId}"`): string =>
  endpointServiceHcl({
    providers: 'databricks = { source = "databricks/databricks" }',
    more: `
provider "databricks" {
  account_id = "${accountId}"
  ${provider}
}
resource "databricks_mws_network_connectivity_config" "one" {
  name   = "one"
  region = "eu-west-1"
}
resource "databricks_mws_ncc_private_endpoint_rule" "one" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.one.network_connectivity_config_id
  endpoint_service               = aws_vpc_endpoint_service.hub.service_name
  domain_names                   = ${JSON.stringify(names)}
  depends_on                     = [aws_vpc_endpoint_service_allowed_principal.hub]
}
resource "databricks_mws_ncc_binding" "analytics" {
  network_connectivity_config_id = databricks_mws_network_connectivity_config.one.network_connectivity_config_id
  workspace_id                   = 1234567890123456
}
resource "databricks_account_network_policy" "one" {
  account_id        = ${policyAccount}
  network_policy_id = "one"
  egress = {
    network_access = {
      restriction_mode              = "RESTRICTED_ACCESS"
      allowed_internet_destinations = [for name in ${JSON.stringify(names)} : { destination = name, internet_destination_type = "DNS_NAME" }]
      policy_enforcement            = { enforcement_mode = "ENFORCED" }
    }
  }
}
resource "databricks_workspace_network_option" "analytics" {
  workspace_id      = 1234567890123456
  network_policy_id = databricks_account_network_policy.one.network_policy_id
}`,
  });

describe.each([
  ['the schema double', undefined, cli ? undefined : 'needs terraform or tofu'],
  [
    'the real Databricks provider',
    real,
    real && cli ? undefined : 'needs LAKEGATE_DATABRICKS_PROVIDER=/path/to/binary and terraform',
  ],
] as const)('%s', (_, binary, missing) => {
  test.skipIf(missing !== undefined)(
    `applies against the account, follows the rule to its end, and destroys in the safe order${missing ? ` (${missing})` : ''}`,
    { timeout: 180_000 },
    async () => {
      let now = Date.UTC(2026, 10, 20);
      const aws = new AwsWorld();
      const account = new DatabricksAccount({ aws, accountId, now: () => now });
      account.addWorkspace({ id: '1234567890123456', name: 'analytics', region: 'eu-west-1' });
      const server = await startDatabricks(account);
      onTestFinished(() => server.close());
      const terraform = await terraformRun({
        aws,
        databricks: account,
        ...(binary ? { databricksProvider: binary } : {}),
      });
      const provider = binary
        ? `host = "${server.accountUrl}"\n  client_id = "${server.clientId}"\n  client_secret = "${server.clientSecret}"\n  auth_type = "oauth-m2m"`
        : '';
      const written = (...args: readonly [names: readonly string[], policyAccount?: string]) =>
        terraform.write(networkHcl(provider, ...args));

      await written(['orders.corp.acme.com']);
      await terraform.must('init', '-input=false');
      await terraform.must('apply', '-auto-approve', '-input=false');
      expect(await terraform.actions()).toEqual({});
      const [rule] = account.rules.values();
      expect(rule).toMatchObject({ connection_state: 'CREATING', domain_names: ['orders.corp.acme.com'] });
      expect(account.workspace(1234567890123456).network_connectivity_config_id).toBe(
        rule?.network_connectivity_config_id,
      );

      expect(account.policies.optionOf(1234567890123456).network_policy_id).toBe('one');
      expect(account.policies.get('one').egress).toMatchObject({
        network_access: { allowed_internet_destinations: [{ destination: 'orders.corp.acme.com' }] },
      });

      now += 120_000;
      account.settle();
      expect(rule?.connection_state).toBe('PENDING');
      const [service] = aws.all('aws_vpc_endpoint_service');
      const [connection] = connectionsOf(aws, service?.id ?? '');
      expect(connection).toMatchObject({ id: rule?.vpc_endpoint_id, attributes: { state: 'PendingAcceptance' } });
      answerConnection(aws, service?.id ?? '', rule?.vpc_endpoint_id ?? '', 'accept');
      account.settle();
      expect(rule?.connection_state).toBe('ESTABLISHED');
      expect(await terraform.actions()).toEqual({});

      // Without its account the policy would be replaced on every change, and would not apply in between.
      await written(['orders.corp.acme.com', 'vault.corp.acme.com'], 'null');
      expect(await terraform.actions()).toMatchObject({ 'databricks_account_network_policy.one': 'delete,create' });
      await written(['orders.corp.acme.com', 'vault.corp.acme.com']);
      expect(await terraform.actions()).toEqual({
        'databricks_account_network_policy.one': 'update',
        'databricks_mws_ncc_private_endpoint_rule.one': 'update',
      });
      await terraform.must('apply', '-input=false', 'plan.bin');
      expect(rule?.domain_names).toEqual(['orders.corp.acme.com', 'vault.corp.acme.com']);

      // The rule goes, but its endpoint lives on for a day, and the workspace cannot be unbound.
      const refused = await terraform.run('destroy', '-auto-approve', '-input=false', '-no-color');
      expect(refused.code).toBe(1);
      expect(refused.out).toContain('ExistingVpcEndpointConnections');
      expect(refused.out).toContain('is attached to one or more workspaces');
      answerConnection(aws, service?.id ?? '', rule?.vpc_endpoint_id ?? '', 'reject');
      account.removeWorkspace('1234567890123456');
      await terraform.must('destroy', '-auto-approve', '-input=false');
      expect(aws.snapshot()).toEqual([]);
      expect(account.nccs.size).toBe(0);
      expect(account.policies.all().map((each) => each.network_policy_id)).toEqual(['default-policy']);
    },
  );
});

const withReal = real && cli ? test : test.skip;
withReal(
  `what hub-router plans applies with the real Databricks provider${real ? '' : ' (needs LAKEGATE_DATABRICKS_PROVIDER=/path/to/binary)'}`,
  { timeout: 180_000 },
  async () => {
    const plan = planOf(exampleText('hub-router'));
    const site = await siteFor(plan.infra, real === undefined ? {} : { databricksProvider: real });
    const server = await startDatabricks(site.account);
    onTestFinished(() => server.close());
    site.write(plan);
    // Terraform lays override files over what was written: only the address and the credentials are other ones.
    const override = `provider "databricks" {\n  host = "${server.accountUrl}"\n  client_id = "${server.clientId}"\n  client_secret = "${server.clientSecret}"\n}\n`;
    await writeFile(`${site.folder}/test_override.tf`, override);
    await site.must('init', '-input=false');
    await site.must('validate');
    await site.applyAll();
    expect(await site.actions()).toEqual({});
    const planned = plan.infra.nccs.map((each) => [each.name, each.rules.length, each.workspaces.length]);
    const built = [...site.account.nccs.values()].map((each) => {
      const id = each.network_connectivity_config_id;
      const bound = [...site.account.workspaces.values()].filter((one) => one.network_connectivity_config_id === id);
      return [each.name, site.account.rulesOf(id).length, bound.length];
    });
    expect(built.sort()).toEqual(planned.sort());
    const states = [...site.account.rules.values()].map((rule) => [rule.connection_state, rule.enabled]);
    expect(states.filter(([state]) => state !== 'ESTABLISHED')).toEqual([]);
    expect(states.filter(([, enabled]) => enabled).length).toBeGreaterThan(0);
    site.removeWorkspaces();
    await site.must('destroy', '-auto-approve', '-input=false');
    expect(site.account.nccs.size).toBe(0);
  },
);
