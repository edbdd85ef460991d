import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { grantsOf } from '../../src/planner/grants.ts';
import { AwsWorld, seedExisting, type Thing } from '../../src/sim/aws/index.ts';
import { type Built, brokerNames, labelsOf, readBuilt } from '../../src/sim/built/index.ts';
import { DatabricksAccount } from '../../src/sim/databricks/index.ts';
import { readSpec } from '../../src/spec/index.ts';
import { buildTopology, type Grants, type Proof, prove } from '../../src/topology/index.ts';
import { examples, exampleText, filesOf, planOf } from '../terraform/cases.ts';
import { findTool, testWith } from '../tools.ts';
import { terraformRun } from './terraform-cli.ts';

const test = testWith(findTool('tofu') ? 'tofu' : 'terraform');

interface Applied {
  readonly world: AwsWorld;
  readonly account: DatabricksAccount;
  readonly built: () => Built;
  readonly proof: () => Proof;
  readonly destroy: () => Promise<string>;
}

/** Applies an example with the real CLI. Everything after that is read from the clouds. */
async function applied(name: string): Promise<Applied> {
  const { infra, routes } = planOf(exampleText(name));
  const world = new AwsWorld();
  seedExisting(world, infra);
  const account = new DatabricksAccount({ aws: world, accountId: infra.databricks.accountId, now: () => 0 });
  for (const { workspaces } of infra.nccs)
    for (const each of workspaces)
      account.addWorkspace({ id: each.id ?? '', name: each.name, region: infra.aws.region });
  const terraform = await terraformRun({ aws: world, databricks: account });
  for (const { path, text } of filesOf({ ...planOf(exampleText(name)), infra, routes })) {
    mkdirSync(dirname(join(terraform.folder, path)), { recursive: true });
    writeFileSync(join(terraform.folder, path), text);
  }
  // What `lakegate artifact` makes; its content is nothing to the clouds.
  mkdirSync(join(terraform.folder, 'artifacts'), { recursive: true });
  for (const processor of ['arm64', 'x64']) {
    const file = join(terraform.folder, 'artifacts', `lakegate-router-${processor}.tar.gz`);
    writeFileSync(file, processor);
    writeFileSync(`${file}.sha256`, `${createHash('sha256').update(processor).digest('hex')}\n`);
  }
  await terraform.must('init', '-input=false');
  await terraform.must('apply', '-auto-approve', '-input=false', '-no-color');
  const caller = { account: infra.aws.account, region: infra.aws.region, partition: infra.aws.partition };
  const labels = labelsOf(infra);
  const built = (): Built =>
    readBuilt({ world, account, caller, name: infra.name, labels, principal: infra.databricks.principalArn });
  const { spec } = readSpec(exampleText(name), 'spec.yaml');
  if (!spec) throw new Error('the example has no spec');
  const actual = brokerNames(world, labels);
  const plain = grantsOf(spec, new Map());
  const grants: Grants = {
    ...plain,
    targets: plain.targets.map((each) => ({ ...each, hosts: each.hosts.map((host) => actual.get(host) ?? host) })),
  };
  return {
    world,
    account,
    built,
    proof: () => {
      const { infra: read, routes: executed } = built();
      return prove(buildTopology(read, executed), grants);
    },
    destroy: () => terraform.must('destroy', '-auto-approve', '-input=false', '-no-color'),
  };
}

const failures = (proof: Proof): unknown => proof.failures.map(({ kind, question, why }) => ({ kind, question, why }));

test.each(['hub-router', 'msk'])(
  'what %s builds is proved from the clouds alone, and goes without a rest',
  { timeout: 120_000 },
  async (name) => {
    const { world, account, built, proof, destroy } = await applied(name);
    expect(built().broken).toEqual([]);
    const made = proof();
    expect(failures(made)).toEqual([]);
    expect(made.counts.reached).toBeGreaterThan(0);
    expect(made.counts.adversarialDials).toBeGreaterThan(0);
    for (const id of account.workspaces.keys()) account.removeWorkspace(String(id));
    const { infra } = planOf(exampleText(name));
    await destroy();
    const before = new AwsWorld();
    seedExisting(before, infra);
    const ids = (from: AwsWorld, mine: (thing: Thing) => boolean): readonly string[] =>
      from
        .snapshot()
        .filter(mine)
        .map((each) => `${each.type}/${each.id}`);
    const kinds = (from: AwsWorld): readonly string[] =>
      from
        .snapshot()
        .map((each) => each.type)
        .sort();
    expect(kinds(world)).toEqual(kinds(before));
    expect(ids(world, (each) => each.type === 'aws_vpc')).toEqual(ids(before, (each) => each.type === 'aws_vpc'));
    expect([...account.nccs.values()]).toEqual([]);
  },
);

test('the proof of what was built sees each thing that is changed behind its back', { timeout: 120_000 }, async () => {
  const { world, account, proof } = await applied('hub-router');
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
