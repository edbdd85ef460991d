import { expect, test } from 'vitest';
import type { Plan } from '../../../src/planner/index.ts';
import { connectionsOf, text, throttled } from '../../../src/sim/aws/index.ts';
import { type RuleRecord, timings } from '../../../src/sim/databricks/index.ts';
import { endpointMap, readConfiguration } from '../../../src/sim/fill/index.ts';
import { exampleText, filesOf, planOf } from '../../terraform/cases.ts';
import { type Site, type SiteOptions, siteFor } from '../../terraform/site.ts';
import { testWith } from '../../tools.ts';

const withTerraform = testWith('terraform');

const apply = ['apply', '-auto-approve', '-input=false', '-no-color'] as const;
const destroy = ['destroy', '-auto-approve', '-input=false', '-no-color'] as const;

/** Two NCCs with a rule each to one service; each MySQL target by port has a service for itself. */
const specText = (targets: readonly string[]): string => `
lakegate: 1
name: accept
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { analytics: { id: "1234567890123456" }, science: { id: "2345678901234567" } }
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } }
  router: { instance: t4g.small, min: 2, max: 4 }
networks:
  core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] }
targets:
  orders: { type: postgres, host: orders.corp.acme.com, network: core }
  vault: { type: tls, host: vault.corp.acme.com, port: 8200, network: core }
  ledger: { type: mysql, host: ledger.corp.acme.com, network: core }
  legacy: { type: mysql, host: legacy.corp.acme.com, network: core }
access:
  - { from: [analytics], to: [${targets.join(', ')}] }
  - { from: [science], to: [orders, vault] }
`;

async function started(plan: Plan, options: SiteOptions = {}): Promise<Site> {
  const site = await siteFor(plan.infra, options);
  site.write(plan);
  await site.must('init', '-input=false');
  return site;
}

/** Applies, and gives the messages of what stopped. */
async function stopped(site: Site, ...args: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await site.run(...apply, ...args);
  const found = out
    .split(/Error: /)
    .slice(1)
    .map((each) => each.replace(/\s*\n[│╵╷ ]*/g, ' ').trim());
  expect(code).toBe(found.length > 0 ? 1 : 0);
  return found;
}

const ruleFor = (site: Site, host: string): RuleRecord =>
  [...site.account.rules.values()].find((rule) => rule.domain_names?.includes(host)) ??
  expect.unreachable(`no rule for ${host}`);

const connectionStates = (site: Site): readonly string[] =>
  site.world
    .all('aws_vpc_endpoint_service')
    .flatMap((service) => connectionsOf(site.world, service.id).map(({ attributes }) => text(attributes, 'state')))
    .sort();

const states = (site: Site): readonly string[] =>
  [...site.account.rules.values()].filter((rule) => !rule.deactivated).map((rule) => rule.connection_state);

withTerraform(
  'a rule without an endpoint, or that failed, stops its own accepter and no revocation',
  {
    timeout: 240_000,
  },
  async () => {
    const first = planOf(specText(['orders', 'ledger']));
    const site = await started(first);
    await site.applyAll();
    expect(states(site)).toEqual(['ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED']);

    // ledger is revoked and legacy granted in one apply, and Databricks cannot make the endpoint of legacy.
    const next = planOf(specText(['orders', 'legacy']), first.lock);
    site.write(next);
    const accepters = Object.keys(await site.actions()).filter((each) => each.includes('connection_accepter'));
    expect(accepters).toHaveLength(2);
    const [waiting, ...rest] = await stopped(site);
    expect([waiting, rest]).toEqual([expect.stringContaining('Wait two minutes, then apply again'), []]);
    expect(connectionStates(site)).toEqual(['Available', 'Available']);
    const legacy = ruleFor(site, 'legacy.corp.acme.com');
    Object.assign(legacy, { connection_state: 'CREATE_FAILED', error_message: 'no capacity in eu-west-1a' });
    site.wait(timings.creating);
    const [failed, ...others] = await stopped(site);
    // The failed rule is known as such at plan: what is granted next to it goes through all the same.
    const more = planOf(specText(['orders', 'legacy', 'ledger']), next.lock);
    site.write(more);
    expect(await stopped(site)).toHaveLength(2);
    site.wait(timings.creating);
    expect(await stopped(site)).toEqual([expect.stringContaining('is CREATE_FAILED')]);
    expect(connectionStates(site)).toEqual(['Available', 'Available', 'Available']);
    const [, replace = ''] =
      /is CREATE_FAILED\. no capacity in eu-west-1a Mend the cause, then apply with (-replace=\S+)/.exec(
        failed ?? '',
      ) ?? [];
    expect([failed, others]).toEqual([
      expect.stringContaining('-replace=databricks_mws_ncc_private_endpoint_rule.'),
      [],
    ]);
    expect(await stopped(site, replace)).toHaveLength(1);
    site.wait(timings.creating);
    expect(await stopped(site)).toEqual([]);
    site.wait(2 * timings.noticed);
    expect(states(site)).toEqual(['ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED']);
    expect(readConfiguration(site.accounts, more.infra, 'policy')).toEqual(endpointMap(site.accounts, more.infra));
    expect(await site.actions()).toEqual({});
  },
);

withTerraform('a rule added later, or a name added to one, disturbs no other', { timeout: 240_000 }, async () => {
  const first = planOf(specText(['orders']));
  const site = await started(first);
  await site.applyAll();
  site.write(planOf(specText(['orders', 'ledger']), first.lock));
  const actions = await site.actions();
  const changed = Object.entries(actions).filter(([, action]) => action !== 'create');
  expect(Object.fromEntries(changed)).toMatchObject({ 'aws_s3_object.policy': 'update' });
  expect(changed.filter(([, action]) => action !== 'update')).toEqual([]);
  expect(changed.filter(([address]) => address.includes('accepter'))).toEqual([]);
  const before = connectionStates(site);
  await site.applyAll();
  expect(connectionStates(site)).toEqual([...before, 'Available']);
  expect(states(site)).toEqual(['ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED']);
  site.removeWorkspaces();
  await site.must(...destroy);
  expect(site.world.snapshot()).toEqual(site.before);
});

withTerraform('where the provider waits for rules, one apply does it all', { timeout: 120_000 }, async () => {
  const site = await started(planOf(specText(['orders', 'ledger'])), { waitsForRules: true });
  expect(await stopped(site)).toEqual([]);
  site.wait(2 * timings.noticed);
  expect(states(site)).toEqual(['ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED']);
  expect(await site.actions()).toEqual({});
});

withTerraform('an apply that is killed while it accepts goes on with the next', { timeout: 240_000 }, async () => {
  const site = await started(planOf(specText(['orders', 'ledger'])));
  await stopped(site);
  site.wait(timings.creating);
  const killed = site.start(...apply);
  site.world.disturb = ({ action, type }) => {
    if (action === 'create' && type === 'aws_vpc_endpoint_connection_accepter') killed.kill();
    return undefined;
  };
  expect((await killed.done).code).not.toBe(0);
  site.world.disturb = undefined;
  expect(connectionStates(site), 'what was asked for is done, and Terraform does not know').toContain('Available');
  expect(await stopped(site)).toEqual([]);
  site.wait(2 * timings.noticed);
  expect(states(site)).toEqual(['ESTABLISHED', 'ESTABLISHED', 'ESTABLISHED']);
  expect(await site.actions()).toEqual({});
});

withTerraform(
  'the map is written before an endpoint is accepted, and not written without it',
  {
    timeout: 240_000,
  },
  async () => {
    const site = await started(planOf(specText(['orders'])));
    await stopped(site);
    site.wait(timings.creating);
    site.world.disturb = ({ action, type }) =>
      action === 'update' && type === 'aws_s3_object' ? throttled() : undefined;
    expect(await stopped(site)).toEqual([expect.stringContaining('RequestLimitExceeded')]);
    expect(connectionStates(site)).toEqual(['PendingAcceptance', 'PendingAcceptance']);
    site.world.disturb = undefined;
    expect(await stopped(site)).toEqual([]);
    expect(connectionStates(site)).toEqual(['Available', 'Available']);
  },
);

withTerraform(
  'a connection that is rejected from outside is told by the next apply; a rule that goes is made again',
  {
    timeout: 240_000,
  },
  async () => {
    const plan = planOf(specText(['orders']));
    const site = await started(plan);
    await site.applyAll();
    const [rule] = site.account.rules.values();
    const connection = site.world.get('endpoint_connection', rule?.vpc_endpoint_id ?? '');
    if (!rule || !connection) throw new Error('no rule is connected');
    connection.attributes = { ...connection.attributes, state: 'Rejected' };
    expect(await stopped(site)).toEqual([expect.stringContaining('is DISCONNECTED.')]);
    site.account.deleteRule(rule.network_connectivity_config_id, rule.rule_id);
    site.wait(timings.deactivated);
    expect(await site.actions()).toMatchObject({ 'aws_s3_object.policy': 'update' });
    await site.applyAll();
    expect(states(site)).toEqual(['ESTABLISHED', 'ESTABLISHED']);
    site.removeWorkspaces();
    await site.must(...destroy);
    expect(site.world.snapshot()).toEqual(site.before);
  },
);

withTerraform(
  'a destroy that AWS is too slow for ends at the services, and the next one ends it',
  {
    timeout: 240_000,
  },
  async () => {
    const site = await started(planOf(specText(['orders'])), { timings: { rejecting: 60_000 } });
    await site.applyAll();
    site.removeWorkspaces();
    const { code, out } = await site.run(...destroy);
    expect([code, out]).toEqual([1, expect.stringContaining('ExistingVpcEndpointConnections')]);
    site.wait(60_000);
    await site.must(...destroy);
    expect(site.world.snapshot()).toEqual(site.before);
  },
);

withTerraform('a destroy before anything is accepted leaves nothing', { timeout: 120_000 }, async () => {
  const site = await started(planOf(specText(['orders'])));
  await stopped(site);
  site.wait(timings.creating);
  site.removeWorkspaces();
  await site.must(...destroy);
  expect(site.world.snapshot()).toEqual(site.before);
});

test('each service rule has its accepter, and no output changes by itself', () => {
  for (const name of ['hub-router', 'https-apis', 'msk']) {
    const plan = planOf(exampleText(name));
    const files = new Map(filesOf(plan).map(({ path, text: content }) => [path, content]));
    const rules = plan.infra.nccs.flatMap((ncc) => ncc.rules);
    const accepted = [...(files.get('acceptance.tf') ?? '').matchAll(/^ {4}(r-\d+) = \{$/gm)].map(([, key]) => key);
    expect(accepted).toEqual(rules.flatMap((rule) => (rule.kind === 'service' ? [rule.key] : [])));
    expect(files.get('outputs.tf')).not.toContain('connection_state');
    expect(files.get('README.md')).not.toMatch(/jq|aws ec2|aws s3/);
  }
});
