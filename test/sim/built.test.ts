import { expect } from 'vitest';
import { grantsOf, type Proof, prove } from '../../src/proof/index.ts';
import type { Thing } from '../../src/sim/aws/index.ts';
import { type Built, brokerNames, labelsOf, readBuilt } from '../../src/sim/built/index.ts';
import { readSpec } from '../../src/spec/index.ts';
import { buildTopology } from '../../src/topology/index.ts';
import { examples, exampleText, planOf } from '../terraform/cases.ts';
import { type Site, siteFor } from '../terraform/site.ts';
import { variantTexts } from '../terraform/variants.ts';
import { findTool, testWith } from '../tools.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');

/** Applies a spec with the real CLI. Everything after that is read from the clouds. */
async function applied(specText: string): Promise<{ site: Site; built: () => Built; proof: () => Proof }> {
  const plan = planOf(specText);
  const { infra } = plan;
  const site = await siteFor(infra);
  site.write(plan);
  await site.must('init', '-input=false');
  const image = `-var=router_image=111122223333.dkr.ecr.eu-west-1.amazonaws.com/router@sha256:${'0'.repeat(64)}`;
  await site.must(
    'apply',
    '-auto-approve',
    '-input=false',
    '-no-color',
    ...(infra.router?.run === 'containers' ? [image] : []),
  );
  const { world, account } = site;
  const caller = { account: infra.aws.account, region: infra.aws.region, partition: infra.aws.partition };
  const labels = labelsOf(infra);
  const principal = infra.databricks.principalArn;
  const built = (): Built => readBuilt({ world, account, caller, name: infra.name, labels, principal });
  const { spec } = readSpec(specText, 'spec.yaml');
  if (!spec) throw new Error('the example has no spec');
  const actual = brokerNames(world, labels);
  const granted = grantsOf(spec, new Map());
  const targets = granted.targets.map((each) => ({
    ...each,
    hosts: each.hosts.map((host) => actual.get(host) ?? host),
  }));
  return {
    site,
    built,
    proof: () => {
      const { infra: read, routes: executed } = built();
      return prove(buildTopology(read, executed), { ...granted, targets });
    },
  };
}

const failures = (proof: Proof): unknown => proof.failures.map(({ kind, question, why }) => ({ kind, question, why }));

test.each(examples)('what %s builds is proved from the clouds alone', { timeout: 120_000 }, async (name) => {
  const { built, proof } = await applied(exampleText(name));
  expect(built().broken).toEqual([]);
  const made = proof();
  expect(failures(made)).toEqual([]);
  expect(made.counts.reached).toBeGreaterThan(0);
  expect(made.counts.adversarialDials).toBeGreaterThan(0);
});

test('a service for each broker is proved too, straight to the brokers', { timeout: 120_000 }, async () => {
  const { built, proof } = await applied(variantTexts.brokers());
  expect(built().broken).toEqual([]);
  expect(failures(proof())).toEqual([]);
  const forwards = built().infra.endpointServices.map((each) => each.listeners[0]?.forward);
  expect(forwards.map((each) => each?.to === 'broker' && each.broker).sort()).toEqual([1, 2, 3]);
});

test('containers are proved, and a peering that its owner has not accepted is no way', {
  timeout: 120_000,
}, async () => {
  const { site, built, proof } = await applied(variantTexts.crowded());
  expect(built().broken.length).toBeGreaterThan(0);
  for (const why of built().broken) expect(why).toMatch(/^the subnet subnet-\w+ has no way to 10\.90\.0\.0\/16$/);
  expect(proof().failures.map((each) => each.question?.host)).toContain('wiki.corp.acme.com');
  const [pending] = site.world.all('aws_vpc_peering_connection', (each) => each.attributes.accept_status !== 'active');
  if (pending) pending.attributes = { ...pending.attributes, accept_status: 'active' };
  expect(built().broken).toEqual([]);
  expect(failures(proof())).toEqual([]);
});

test('the proof of what was built sees each thing that is changed behind its back', { timeout: 120_000 }, async () => {
  const { site, proof } = await applied(exampleText('hub-router'));
  const { world, account } = site;
  expect(proof().holds).toBe(true);
  const one = (type: string, where: (thing: Thing) => boolean = () => true): Thing => {
    const [found] = world.all(type, where);
    if (!found) throw new Error(`nothing built is a ${type}`);
    return found;
  };
  const port = (thing: Thing, wanted: number): boolean => thing.attributes.port === wanted;
  const set = (thing: Thing, attributes: Thing['attributes']): void => {
    thing.attributes = { ...thing.attributes, ...attributes };
  };
  const harms: Readonly<Record<string, () => void>> = {
    'a listener is gone': () => world.remove(one('aws_lb_listener', (each) => port(each, 5432))),
    'a target group leads to another port of the routers': () =>
      set(
        one('aws_lb_target_group', (each) => port(each, 20_001)),
        { port: 20_002 },
      ),
    'endpoint ids are no longer sent': () =>
      set(
        one('aws_lb_target_group', (each) => port(each, 20_001)),
        { proxy_protocol_v2: false },
      ),
    'PrivateLink traffic is judged by security groups': () =>
      set(one('aws_lb'), { enforce_security_group_inbound_rules_on_private_link_traffic: 'on' }),
    'the routers take nothing from a load balancer': () =>
      world.remove(one('aws_vpc_security_group_ingress_rule', (each) => each.attributes.from_port === 20_001)),
    'the routers may not send to a network': () =>
      world.remove(one('aws_vpc_security_group_egress_rule', (each) => each.attributes.cidr_ipv4 === '10.50.0.0/16')),
    'a subnet of the routers has no route': () =>
      world.remove(one('aws_route', (each) => each.attributes.destination_cidr_block === '10.50.0.0/16')),
    'Databricks is not let in': () => world.remove(one('aws_vpc_endpoint_service_allowed_principal')),
    'a name is missing in a rule': () => {
      const rule = [...account.rules.values()].find((each) => each.domain_names);
      if (rule) rule.domain_names = rule.domain_names?.slice(1) ?? [];
    },
    'a workspace is bound to the NCC of others': () => {
      const own = account.workspace(3456789012345678).network_connectivity_config_id;
      account.bindWorkspace(3456789012345678, [...account.nccs.keys()].find((each) => each !== own) ?? '');
    },
    'a route admits an NCC too many': () => {
      const object = one('aws_s3_object', (each) => each.attributes.key === 'routes.json');
      set(object, {
        content: String(object.attributes.content)
          .replaceAll(/"allow": \[\s*"n-2"\s*\]/g, '"allow": ["n-1", "n-2"]')
          .replaceAll(/"allow": \[\s*"n-1"\s*\]/g, '"allow": ["n-1", "n-2"]'),
      });
    },
  };
  const [things, rules, workspaces] = [
    world.snapshot(),
    structuredClone([...account.rules]),
    structuredClone([...account.workspaces]),
  ];
  const unseen: string[] = [];
  for (const [name, harm] of Object.entries(harms)) {
    harm();
    if (proof().holds) unseen.push(name);
    world.restore(things);
    account.rules.clear();
    for (const [key, value] of structuredClone(rules)) account.rules.set(key, value);
    for (const [key, value] of structuredClone(workspaces)) account.workspaces.set(key, value);
  }
  expect(unseen).toEqual([]);
  expect(proof().holds).toBe(true);
});
