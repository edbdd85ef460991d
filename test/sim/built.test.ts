import { expect } from 'vitest';
import { type InfraPlan, symbolicBroker } from '../../src/ir/index.ts';
import { type Observation, observe } from '../../src/observe/index.ts';
import { type Grants, grantsOf, type Proof, prove } from '../../src/proof/index.ts';
import type { Thing } from '../../src/sim/aws/index.ts';
import { acceptEndpoints } from '../../src/sim/fill/index.ts';
import { readSpec } from '../../src/spec/index.ts';
import { liveClouds } from '../support/live-clouds.ts';
import { examples, exampleText, planOf } from '../terraform/cases.ts';
import { type Site, siteFor } from '../terraform/site.ts';
import { variantTexts } from '../terraform/variants.ts';
import { findTool, testWith } from '../tools.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');

/** Where the routers' configuration is; a plan without routers has none. */
const configurationOf = ({ router }: InfraPlan) => ({
  bucket: router?.names.bucket ?? 'none',
  routesKey: router?.names.keys.routes ?? 'none',
  policyKey: router?.names.keys.policy ?? 'none',
});

interface Applied {
  readonly site: Site;
  /** Reads both clouds over HTTP. */
  look(): Promise<Observation>;
  proof(of: Observation): Proof;
}

/** Applies a spec with the real CLI and accepts the endpoints. Everything after that is read from the clouds. */
async function applied(specText: string): Promise<Applied> {
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
  await acceptEndpoints(site.accounts, infra, configurationOf(infra));
  const clouds = await liveClouds(site.accounts);
  const { spec } = readSpec(specText, 'spec.yaml');
  if (!spec) throw new Error('the example has no spec');
  const granted = grantsOf(spec, new Map());
  return {
    site,
    look: () => observe(clouds, infra),
    proof: ({ topology }) => prove(topology, withBrokers(granted, topology.infra)),
  };
}

/** Grants with the names that brokers got, in the place of those that stood for them. */
function withBrokers(grants: Grants, { mskClusters }: InfraPlan): Grants {
  const actual = new Map(
    mskClusters.flatMap(({ target, brokers }) =>
      brokers.map((each) => [symbolicBroker(target, each.number), each.host] as const),
    ),
  );
  const targets = grants.targets.map((each) => ({
    ...each,
    hosts: each.hosts.map((host) => actual.get(host) ?? host),
  }));
  return { ...grants, targets };
}

const brokenIn = ({ findings }: Observation): readonly string[] =>
  findings.filter((each) => each.verdict === 'broken').map((each) => `${each.code} ${each.message}`);

const failures = (proof: Proof): unknown => proof.failures.map(({ kind, question, why }) => ({ kind, question, why }));

test.each(examples)('what %s builds is proved from the clouds alone', { timeout: 120_000 }, async (name) => {
  const { look, proof } = await applied(exampleText(name));
  const seen = await look();
  expect(brokenIn(seen)).toEqual([]);
  const made = proof(seen);
  expect(failures(made)).toEqual([]);
  expect(made.counts.reached).toBeGreaterThan(0);
  expect(made.counts.adversarialDials).toBeGreaterThan(0);
});

test('a service for each broker is proved too, straight to the brokers', { timeout: 120_000 }, async () => {
  const { look, proof } = await applied(variantTexts.brokers());
  const seen = await look();
  expect(brokenIn(seen)).toEqual([]);
  expect(failures(proof(seen))).toEqual([]);
  const forwards = seen.topology.infra.endpointServices.map((each) => each.listeners[0]?.forward);
  expect(forwards.map((each) => each?.to === 'broker' && each.broker).sort()).toEqual([1, 2, 3]);
});

test('containers are proved, and a peering that its owner has not accepted is no way', {
  timeout: 120_000,
}, async () => {
  const { site, look, proof } = await applied(variantTexts.crowded());
  const before = await look();
  expect(brokenIn(before).length).toBeGreaterThan(0);
  for (const why of brokenIn(before))
    expect(why).toMatch(
      /^LG_LIVE_ROUTE the routers cannot reach 10\.90\.0\.0\/16: the route of subnet subnet-\w+ to 10\.90\.0\.0\/16 leads to pcx-\w+, which is pending-acceptance$/,
    );
  expect(proof(before).failures.map((each) => each.question?.host)).toContain('wiki.corp.acme.com');
  const [pending] = site.world.all('aws_vpc_peering_connection', (each) => each.attributes.accept_status !== 'active');
  if (pending) pending.attributes = { ...pending.attributes, accept_status: 'active' };
  const after = await look();
  expect(brokenIn(after)).toEqual([]);
  expect(failures(proof(after))).toEqual([]);
});

test('the proof of what was built sees each thing that is changed behind its back', { timeout: 120_000 }, async () => {
  const { site, look, proof } = await applied(exampleText('hub-router'));
  const { world, account } = site;
  expect(proof(await look()).holds).toBe(true);
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
    if (proof(await look()).holds) unseen.push(name);
    world.restore(things);
    account.rules.clear();
    for (const [key, value] of structuredClone(rules)) account.rules.set(key, value);
    for (const [key, value] of structuredClone(workspaces)) account.workspaces.set(key, value);
  }
  expect(unseen).toEqual([]);
  expect(proof(await look()).holds).toBe(true);
});
