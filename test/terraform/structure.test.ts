import { describe, expect, test } from 'vitest';
import { emitTerraform } from '../../src/emit/terraform/index.ts';
import type { InfraPlan } from '../../src/ir/index.ts';
import type { Plan } from '../../src/planner/index.ts';
import awsSlice from '../../src/sim/terraform/schema/aws.json' with { type: 'json' };
import databricksSlice from '../../src/sim/terraform/schema/databricks.json' with { type: 'json' };
import { examples, exampleText, filesOf, planOf } from './cases.ts';
import { variants } from './variants.ts';

type Attributes = Readonly<Record<string, unknown>>;

/** Resources of a type by name, from the JSON syntax: no text matching. */
function resources(plan: Plan, type: string): Readonly<Record<string, Attributes>> {
  const found = filesOf(plan, 'json')
    .filter(({ path }) => path.endsWith('.tf.json') && !path.startsWith('spokes/'))
    .map(({ text }) => JSON.parse(text).resource?.[type] ?? {});
  return Object.assign({}, ...found);
}

const plans: readonly (readonly [string, () => Plan])[] = [
  ...examples.map((name) => [name, () => planOf(exampleText(name))] as const),
  ...Object.entries(variants),
];

describe.each(plans)('%s', (_, make) => {
  const plan = make();

  test('load balancers are internal, have a group from the start, and leave PrivateLink traffic alone', () => {
    const balancers = Object.values(resources(plan, 'aws_lb'));
    expect(balancers).toHaveLength(plan.infra.endpointServices.length);
    for (const balancer of balancers)
      expect(balancer).toMatchObject({
        internal: true,
        load_balancer_type: 'network',
        enforce_security_group_inbound_rules_on_private_link_traffic: 'off',
        security_groups: [expect.stringContaining('aws_security_group')],
      });
  });

  test('a service has one load balancer, asks for acceptance, and lets in the one principal', () => {
    const services = resources(plan, 'aws_vpc_endpoint_service');
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({ acceptance_required: true });
      expect(service.network_load_balancer_arns).toHaveLength(1);
    }
    const principals = Object.values(resources(plan, 'aws_vpc_endpoint_service_allowed_principal'));
    expect(principals).toHaveLength(Object.keys(services).length);
    for (const { principal_arn } of principals) expect(principal_arn).toBe(plan.infra.databricks.principalArn);
  });

  test('target groups say what the plan says, and listeners have their idle timeout', () => {
    const groups = resources(plan, 'aws_lb_target_group');
    const listeners = resources(plan, 'aws_lb_listener');
    for (const service of plan.infra.endpointServices)
      for (const { key, port, idleSeconds, targetGroup, forward } of service.listeners) {
        const name = key.replace(/[^a-z0-9]+/g, '_');
        expect(listeners[name]).toMatchObject({ port, protocol: 'TCP', tcp_idle_timeout_seconds: idleSeconds });
        expect(groups[name]).toMatchObject({
          name: targetGroup.name,
          port: targetGroup.port,
          proxy_protocol_v2: targetGroup.proxyProtocolV2,
          preserve_client_ip: 'false',
          target_type: forward.to === 'router' && plan.infra.router?.run === 'instances' ? 'instance' : 'ip',
          health_check: { protocol: targetGroup.health.protocol, port: String(targetGroup.health.port) },
        });
      }
  });

  test('nothing may come in but from load balancers, and only to router ports', () => {
    const rules = Object.values(resources(plan, 'aws_vpc_security_group_ingress_rule'));
    const open = rules.filter((rule) => rule.cidr_ipv4 !== undefined && rule.provider === undefined);
    expect(open).toEqual([]);
    const toRouter = rules.filter((rule) => rule.security_group_id === `\${aws_security_group.router.id}`);
    expect(toRouter.length > 0).toBe(plan.infra.router !== undefined);
    for (const rule of toRouter)
      expect([...(plan.infra.router?.ports ?? []), plan.infra.router?.readinessPort]).toContain(rule.from_port);
  });

  test('machines and buckets are closed', () => {
    for (const template of Object.values(resources(plan, 'aws_launch_template'))) {
      expect(template).toMatchObject({
        metadata_options: { http_tokens: 'required' },
        network_interfaces: { associate_public_ip_address: 'false' },
        block_device_mappings: { ebs: { encrypted: 'true' } },
      });
      expect(template).not.toHaveProperty('key_name');
    }
    const buckets = Object.keys(resources(plan, 'aws_s3_bucket'));
    for (const type of ['versioning', 'server_side_encryption_configuration', 'public_access_block', 'policy'])
      expect(Object.keys(resources(plan, `aws_s3_bucket_${type}`))).toEqual(buckets);
  });

  test('every name of a rule is in the rule, brokers as expressions', () => {
    const rules = resources(plan, 'databricks_mws_ncc_private_endpoint_rule');
    for (const rule of plan.infra.nccs.flatMap((ncc) => ncc.rules)) {
      const made = rules[rule.key.replaceAll('-', '_')];
      if (rule.kind === 's3') expect(made?.resource_names).toEqual(rule.buckets);
      else {
        expect(made?.domain_names).toHaveLength(rule.domains.length);
        expect(JSON.stringify(made)).not.toContain('.invalid');
      }
    }
  });
});

test('no name that exists only after apply is left in any file', () => {
  for (const [, make] of plans)
    for (const { path, text } of filesOf(make())) expect([path, text.includes('.invalid')]).toEqual([path, false]);
});

test('a member outside the VPC is registered in all zones', () => {
  const plan = planOf(exampleText('hub-router'));
  const [service, ...others] = plan.infra.endpointServices;
  const [listener, ...rest] = service?.listeners ?? [];
  if (!service || !listener) throw new Error('the example has no listener');
  const members = [
    { address: '192.168.1.5', zone: 'all' },
    { address: '10.40.0.9', zone: 'automatic' },
  ] as never;
  const direct = { ...listener, forward: { to: 'addresses' as const, members, why: 'test' } };
  const endpointServices = [{ ...service, listeners: [direct, ...rest] }, ...others];
  const made = resources({ ...plan, infra: { ...plan.infra, endpointServices } }, 'aws_lb_target_group_attachment');
  expect(Object.values(made).map((each) => [each.target_id, each.availability_zone])).toEqual([
    ['192.168.1.5', 'all'],
    ['10.40.0.9', undefined],
  ]);
});

test.each(['native', 'dynamodb'] as const)('the state can be kept in S3 with %s locking', (lock) => {
  const backend = `{ backend: { s3: { bucket: acme-state, lock: ${lock} } } }`;
  const plan = planOf(exampleText('hub-router').replace(/^aws: \{/m, `aws: { terraform: ${backend},`));
  const versions = filesOf(plan).find(({ path }) => path === 'versions.tf')?.text;
  expect(versions).toContain('backend "s3" {');
  expect(versions).toMatch(lock === 'native' ? /use_lockfile += true/ : /dynamodb_table += "acme-state-lock"/);
});

test('the state is encrypted with a key that is named, and as the bucket does it without one', () => {
  const versionsOf = (fields: string): string => {
    const backend = `{ backend: { s3: { bucket: acme-state${fields} } } }`;
    const plan = planOf(exampleText('hub-router').replace(/^aws: \{/m, `aws: { terraform: ${backend},`));
    return filesOf(plan).find(({ path }) => path === 'versions.tf')?.text ?? '';
  };
  const plain = versionsOf('');
  expect(plain).not.toContain('encrypt'); // without a key it would mean AES256 in place of the key of the bucket
  expect(plain).toMatch(/key += "lakegate\/acme-hub\/terraform.tfstate"\n +region += "eu-west-1"/);
  expect(plain).toContain('required_version = ">= 1.10.0"');
  const key = 'arn:aws:kms:eu-central-1:444455556666:alias/state';
  const full = versionsOf(
    `, kms_key: "${key}", region: eu-central-1, key: nets/hub.tfstate, role: "arn:aws:iam::444455556666:role/state"`,
  );
  expect(full).toMatch(/encrypt += true/);
  expect(full).toContain(`kms_key_id   = "${key}"`);
  expect(full).toMatch(/key += "nets\/hub.tfstate"\n +region += "eu-central-1"/);
  expect(full).toContain('assume_role  = { role_arn = "arn:aws:iam::444455556666:role/state" }');
});

test('the role of a credential trusts Databricks and itself without naming a role that does not exist yet', () => {
  const plan = planOf(exampleText('msk'));
  const [role] = Object.entries(resources(plan, 'aws_iam_role')).flatMap(([name, each]) =>
    name === 'msk_rw' ? [String(each.assume_role_policy)] : [],
  );
  expect(role).toContain('Principal = { AWS = "arn:aws:iam::111122223333:root" }');
  expect(role).toMatch(/ArnLike\s+= \{ "aws:PrincipalArn" = "arn:aws:iam::111122223333:role\/acme-events-msk-rw-/);
  expect(role?.match(/"sts:ExternalId" = "0d26daa6-5e44-4c97-a497-ef015f91254a"/g)).toHaveLength(2);
});

test('providers are demanded from the version on that attributes are checked against', () => {
  const versions = filesOf(planOf(exampleText('hub-router'))).find(({ path }) => path === 'versions.tf')?.text;
  expect(versions).toContain(`version = ">= ${awsSlice.providerVersion}, < 7.0.0"`);
  expect(versions).toContain(`version = ">= ${databricksSlice.providerVersion}, < 2.0.0"`);
});

const hub = planOf(exampleText('hub-router'));
const kafka = planOf(exampleText('msk'));
const withNetwork = (change: object): InfraPlan => ({
  ...hub.infra,
  networks: hub.infra.networks.map((network) => (network.name === 'orders' ? { ...network, ...change } : network)),
});
const existing = (infra: InfraPlan, clusterArn?: string): InfraPlan => ({
  ...infra,
  mskClusters: infra.mskClusters.map((cluster) => ({
    ...cluster,
    source: { kind: 'existing', ...(clusterArn === undefined ? {} : { clusterArn }) },
  })),
});
const router = (change: object): InfraPlan => ({
  ...hub.infra,
  ...(hub.infra.router && { router: { ...hub.infra.router, ...change } }),
});

test.each<[string, InfraPlan, string, readonly (string | number)[]]>([
  [
    'a gateway without an id',
    withNetwork({ transitGateway: undefined }),
    'LG_SYNTH_NO_TRANSIT_GATEWAY',
    ['networks', 'orders'],
  ],
  [
    'a peering without a VPC',
    withNetwork({ reach: 'peering', vpc: undefined }),
    'LG_SYNTH_PEERING_WITHOUT_VPC',
    ['networks', 'orders'],
  ],
  [
    'a workspace without an id',
    { ...hub.infra, nccs: hub.infra.nccs.slice(0, 1).map((ncc) => ({ ...ncc, workspaces: [{ name: 'sandbox' }] })) },
    'LG_SYNTH_WORKSPACE_WITHOUT_ID',
    ['workspaces', 'sandbox'],
  ],
  ['HAProxy', router({ engine: 'haproxy' }), 'LG_NOT_BUILT_YET', ['hub', 'router', 'engine']],
  [
    'more listeners than ECS takes',
    router({ run: 'containers' }),
    'LG_SYNTH_CONTAINER_LISTENERS',
    ['hub', 'router', 'run'],
  ],
  [
    'a credential for a cluster without ARN',
    existing(kafka.infra),
    'LG_SYNTH_CREDENTIAL_CLUSTER',
    ['credentials', 'msk-rw'],
  ],
])('%s is refused, and nothing is written', (_, infra, code, path) => {
  const { files, diagnostics } = emitTerraform(infra, infra.name === kafka.infra.name ? kafka.routes : hub.routes);
  expect(files).toEqual([]);
  expect(diagnostics.map((each) => [each.code, each.path])).toEqual([[code, path]]);
});

test('brokers apart need the ARN of their cluster', () => {
  const plan = variants['a service for each broker of a new cluster']?.();
  if (!plan) throw new Error('no such variant');
  const without = emitTerraform(existing(plan.infra), plan.routes);
  expect(without.diagnostics.map(({ code }) => code)).toEqual(['LG_SYNTH_BROKER_ADDRESS']);
  const arn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/events/1ba36417-296e-4d30-a56f-d8ddd1b9bf51-5';
  const withArn = emitTerraform(existing(plan.infra, arn), plan.routes);
  expect(withArn.diagnostics).toEqual([]);
  expect(withArn.files.find(({ path }) => path === 'msk.tf')?.text).toContain(`cluster_arn = "${arn}"`);
});

test('more rules than a security group takes at first are a warning that comes with the files', () => {
  const [egress, ...rest] = hub.infra.router?.egress ?? [];
  if (!egress) throw new Error('the example has no way out');
  const ports = Array.from({ length: 70 }, (_, at) => 9000 + at) as never;
  const { files, diagnostics } = emitTerraform(router({ egress: [{ ...egress, ports }, ...rest] }), hub.routes);
  expect(files.length).toBeGreaterThan(10);
  expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['LG_SYNTH_QUOTA', 'warning']]);
  expect(diagnostics[0]?.message).toMatch(/^\d+ outbound rules in aws_security_group\.router; AWS allows 60 /);
});
