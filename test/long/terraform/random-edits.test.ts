import fc from 'fast-check';
import { expect } from 'vitest';
import { isMap, isSeq, parseDocument } from 'yaml';
import { type Changes, changes, type Plan } from '../../../src/planner/index.ts';
import { exampleText, filesOf, planOf } from '../../terraform/cases.ts';
import { siteFor } from '../../terraform/site.ts';
import { testWith } from '../../tools.ts';

const withTerraform = testWith('terraform');

/** Edits of the spec, each as a person makes it: a place and its new value; undefined removes it. */
type Edit = readonly (readonly [path: readonly (string | number)[], value: unknown])[];

const text = exampleText('hub-router');
const first = planOf(text);
const grants = (access: unknown): Edit => [[['access'], access]];
const fullAccess = [
  { from: ['analytics', 'science'], to: ['orders-db', 'orders-replica', 'crm-db', 'lake'] },
  { from: ['finance'], to: ['ledger', 'warehouse', 'legacy-mysql'] },
  { from: ['*'], to: ['vault', 'cache'] },
];
const without = (target: string): unknown =>
  fullAccess
    .map(({ from, to }) => ({ from, to: to.filter((name) => name !== target) }))
    .filter(({ to }) => to.length > 0);
const removed = (target: string): Edit => [...grants(without(target)), [['targets', target], undefined]];

const edits: Readonly<Record<string, Edit>> = {
  'another hub CIDR': [[['hub', 'vpc', 'create', 'cidr'], '10.44.0.0/22']],
  'fewer zones': [[['hub', 'vpc', 'create', 'zones'], 2]],
  'deletion protection': [[['hub', 'deletion_protection'], true]],
  'a larger fleet': [[['hub', 'router', 'max'], 9]],
  'another instance': [[['hub', 'router', 'instance'], 'm7g.large']],
  'another tag': [[['aws', 'tags', 'owner'], 'another']],
  'a limit': [[['limits'], { endpoints_per_region: 60 }]],
  'a grant revoked': grants(without('legacy-mysql')),
  'a shared grant revoked': grants(without('cache')),
  'a grant more': grants([...fullAccess, { from: ['finance'], to: ['crm-db'] }]),
  'a target removed': removed('ledger'),
  'a target with its port removed': removed('crm-db'),
  'a bucket removed': removed('lake'),
  'another bucket': [[['targets', 'lake', 'bucket'], 'acme-other-zone']],
  'a target added': [
    [['targets', 'audit'], { type: 'tcp', host: 'audit.corp.acme.com', port: 9100, network: 'onprem' }],
    ...grants([...fullAccess, { from: ['*'], to: ['audit'] }]),
  ],
  'a target on the internet': [
    [['networks', 'public'], { reach: 'internet' }],
    [['targets', 'github'], { type: 'https', host: 'api.github.com', network: 'public' }],
    ...grants([...fullAccess, { from: ['*'], to: ['github'] }]),
  ],
  'a target renamed': [
    [['targets', 'vault'], undefined],
    [
      ['targets', 'keys'],
      { type: 'tls', host: 'vault.corp.acme.com', port: 8200, network: 'onprem', renamed_from: 'vault' },
    ],
    ...grants(fullAccess.map(({ from, to }) => ({ from, to: to.map((name) => (name === 'vault' ? 'keys' : name)) }))),
  ],
  'another host': [[['targets', 'vault', 'host'], 'vault2.corp.acme.com']],
  'another port': [[['targets', 'vault', 'port'], 8201]],
  'a fixed address': [[['targets', 'warehouse', 'address'], '192.168.4.5']],
  'a target in another network': [[['targets', 'legacy-mysql', 'network'], 'crm']],
  'another range of a network': [[['networks', 'onprem', 'cidrs'], ['192.168.0.0/17']]],
  'another resolver': [[['networks', 'onprem', 'dns'], ['192.168.0.54']]],
  'another gateway': [
    [['networks', 'orders', 'transit_gateway'], 'tgw-0ffffffffffffffff'],
    [['networks', 'crm', 'transit_gateway'], 'tgw-0ffffffffffffffff'],
    [['networks', 'onprem', 'transit_gateway'], 'tgw-0ffffffffffffffff'],
  ],
  'another spoke VPC': [[['networks', 'crm', 'vpc'], 'vpc-0ccccccccccccccc3']],
  'a workspace added': [
    [['workspaces', 'marketing'], { id: '4567890123456789' }],
    ...grants([...fullAccess, { from: ['marketing'], to: ['orders-db'] }]),
  ],
  'a workspace with another id': [[['workspaces', 'finance', 'id'], '9567890123456789']],
  'a workspace renamed': [
    [['workspaces', 'finance'], undefined],
    [['workspaces', 'money'], { id: '3456789012345678' }],
    ...grants(
      fullAccess.map(({ from, to }) => ({ from: from.map((name) => (name === 'finance' ? 'money' : name)), to })),
    ),
  ],
  'a workspace removed': [
    [['workspaces', 'science'], undefined],
    ...grants(fullAccess.map(({ from, to }) => ({ from: from.filter((name) => name !== 'science'), to }))),
  ],
};

function edited(names: readonly string[]): string {
  const document = parseDocument(text);
  for (const name of names)
    for (const [path, value] of edits[name] ?? []) {
      if (value === undefined) document.deleteIn(path);
      else if (
        path.length === 1 ||
        isMap(document.getIn(path.slice(0, -1))) ||
        isSeq(document.getIn(path.slice(0, -1)))
      )
        document.setIn(path, document.createNode(value));
    }
  return document.toString();
}

/** By the words of diff, the addresses of Terraform that each sentence is about, and one that must be among them. */
const about: readonly (readonly [what: RegExp, must: RegExp, may: RegExp])[] = [
  [/^the hub VPC and everything in it/, /^aws_vpc\./, /^aws_/],
  [/^every load balancer/, /^aws_lb\./, /^aws_(lb|vpc_endpoint_service|lb_listener|subnet)/],
  [/^the load balancer and its listeners/, /^aws_lb\./, /^aws_lb/],
  [/^the public subnet and its NAT gateway/, /^aws_nat_gateway\./, /^aws_(nat_gateway|subnet|route)/],
  [/^the target group/, /^aws_lb_target_group\./, /^aws_(lb_target_group|lb_listener|autoscaling_attachment)/],
  [/^the members? of the target group/, /^aws_lb_target_group/, /^aws_(lb_|autoscaling_attachment)/],
  [/^the router fleet/, /^aws_(autoscaling_group|ecs_service)\./, /^aws_(autoscaling|ecs|launch)/],
  [
    /^the attachment or peering/,
    /^aws_(ec2_transit_gateway_vpc_attachment|vpc_peering)/,
    /^aws_(ec2_transit|vpc_peering|route)/,
  ],
  [/^the rule and its endpoint/, /private_endpoint_rule\./, /^databricks_/],
  [/^the binding of the workspace/, /ncc_binding\./, /ncc_binding\./],
  [/^the NCC with all/, /connectivity_config\./, /^databricks_/],
];

/** An attachment has the gateway in its address: another gateway destroys the one and makes the other. */
const ofGateway = 'aws_ec2_transit_gateway_vpc_attachment';

function replacedBy(actions: Readonly<Record<string, string>>): readonly string[] {
  const all = Object.entries(actions);
  const both = all.filter(([, action]) => action.includes('delete') && action.includes('create'));
  const attachments = all.filter(([address]) => address.startsWith(`${ofGateway}.`));
  const isOther = ['delete', 'create'].every((action) => attachments.some(([, of]) => of === action));
  return [...both, ...(isOther ? attachments : [])].map(([address]) => address);
}

/** The VPC of a spoke whose owner applies its side: what is replaced there is in the owner's configuration, not in the hub's. */
function isOfOwner({ paths }: Changes['replaced'][number], next: Plan): boolean {
  const names = paths.map((path) => /^infra\.networks\[([^\]]*)\]\.(vpc|account)$/.exec(path)?.[1]);
  const ofOwner = (plan: Plan, name: string | undefined): string =>
    filesOf(plan).find(({ path }) => path === `spokes/${name}/main.tf`)?.text ?? '';
  return names.every((name) => ofOwner(first, name) !== '' && ofOwner(first, name) !== ofOwner(next, name));
}

/** What is replaced and not told, and what is told and not replaced. */
function disagreements(told: Changes['replaced'], replaced: readonly string[]): readonly string[] {
  const rows = told.map(({ what }) => ({ what, row: about.find(([pattern]) => pattern.test(what)) }));
  return [
    ...rows
      .filter(({ row }) => !row || !replaced.some((address) => row[1].test(address)))
      .map(({ what }) => `told only: ${what}`),
    ...replaced
      .filter((address) => !rows.some(({ row }) => row?.[2].test(address)))
      .map((address) => `replaced, not told: ${address}`),
  ];
}

/** Every edit alone, and some together; where two exclude each other, or give no plan, they are left out. */
function combinations(seed: number): readonly (readonly string[])[] {
  const names = Object.keys(edits);
  const some = fc.sample(fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 3 }), {
    seed,
    numRuns: 12,
  });
  return [...names.map((name) => [name]), ...some];
}

const planOrNone = (names: readonly string[]): Plan | undefined => {
  try {
    return planOf(edited(names), first.lock);
  } catch {
    return undefined;
  }
};

const seed = Number(process.env.SEED ?? 20_261_125);

withTerraform(
  'diff names each replacement that Terraform plans after an edit, and no other',
  { timeout: 1_200_000 },
  async () => {
    const site = await siteFor(first.infra);
    site.write(first);
    await site.must('init', '-input=false');
    await site.applyAll();
    const wrong: string[] = [];
    let tried = 0;
    for (const names of combinations(seed)) {
      const next = planOrNone(names);
      if (!next) {
        if (names.length === 1) wrong.push(`${names[0]}: gives no plan`);
        continue;
      }
      tried += 1;
      site.write(next);
      const replaced = replacedBy(await site.actions('-refresh=false'));
      const told = changes(first, next).replaced.filter((each) => !isOfOwner(each, next));
      wrong.push(...disagreements(told, replaced).map((each) => `${names.join(' + ')}: ${each}`));
    }
    expect(wrong, `seed ${seed}`).toEqual([]);
    expect(tried).toBeGreaterThanOrEqual(30);
  },
);
