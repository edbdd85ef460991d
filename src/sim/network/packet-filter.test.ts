import { expect, test } from 'vitest';
import { filledAccounts, groupOf, theOne } from '../../../test/support/network.ts';
import { allMachines, createThing, type Machine, removeThing, type Thing, text } from '../aws/index.ts';
import type { SimulatedAccounts } from '../fill/index.ts';
import { nodesOf } from './load-balancer.ts';
import { type Sender, whyDropped, whyDroppedAtEntry } from './packet-filter.ts';

interface Set extends SimulatedAccounts {
  readonly balancer: Thing;
  readonly node: Sender;
  readonly machine: Machine;
  /** The port at which routers get what clients send to 5432. */
  readonly port: number;
}

async function set(): Promise<Set> {
  const accounts = await filledAccounts();
  const balancer = theOne(accounts, 'aws_lb');
  const node = nodesOf(accounts.aws, balancer)[0] ?? expect.unreachable();
  const machine = allMachines(accounts.aws)[0] ?? expect.unreachable();
  return { ...accounts, balancer, node, machine, port: Number(groupOf(accounts, 5432).attributes.port) };
}

const drop = ({ aws, caller }: Set, type: string, where: (attributes: Thing['attributes']) => boolean): void => {
  for (const each of aws.all(type, ({ attributes }) => where(attributes))) removeThing(aws, caller, each);
};
const rule = (direction: 'ingress' | 'egress'): string => `aws_vpc_security_group_${direction}_rule`;

test('load balancers reach routers and their health port, routers reach their networks, and neither reaches more', async () => {
  const { aws, node, machine, port } = await set();
  expect(whyDropped(aws, node, { address: machine.address, port })).toBeUndefined();
  expect(whyDropped(aws, node, { address: machine.address, port: 22 })).toContain('let nothing out');
  expect(whyDropped(aws, node, { address: '10.50.3.7', port: 1521 })).toBeUndefined();
  expect(whyDropped(aws, node, { address: '10.50.3.8', port: 1521 })).toContain('let nothing out');
  expect(whyDropped(aws, machine, { address: '10.50.9.9', port: 5432 })).toBeUndefined();
  expect(whyDropped(aws, machine, { address: '10.50.9.9', port: 22 })).toContain('let nothing out');
  expect(whyDropped(aws, machine, { address: '10.60.9.9', port: 5432 })).toContain('let nothing out');
});

test('a rule of the sender or of the receiver that is gone drops packets on that port', async () => {
  const made = await set();
  const { aws, node, machine, port } = made;
  const to = { address: machine.address, port };
  drop(made, rule('ingress'), ({ from_port }) => from_port === port);
  expect(whyDropped(aws, node, to)).toBe(
    `the security groups of ${machine.address} let nothing in from ${node.address} on port ${port}`,
  );
  drop(made, rule('egress'), ({ from_port }) => from_port === port);
  expect(whyDropped(aws, node, to)).toBe(
    `the security groups of ${node.address} let nothing out to ${machine.address}:${port}`,
  );
});

test.each<[string, Thing['attributes'], boolean]>([
  ['every protocol', { ip_protocol: '-1', cidr_ipv4: '10.60.0.0/16' }, true],
  [
    'a range of ports around it',
    { ip_protocol: 'tcp', from_port: 5000, to_port: 6000, cidr_ipv4: '10.60.0.0/16' },
    true,
  ],
  [
    'a range of ports below it',
    { ip_protocol: 'tcp', from_port: 5000, to_port: 5431, cidr_ipv4: '10.60.0.0/16' },
    false,
  ],
  ['another protocol', { ip_protocol: 'udp', from_port: 5432, to_port: 5432, cidr_ipv4: '10.60.0.0/16' }, false],
  ['another network', { ip_protocol: 'tcp', from_port: 5432, to_port: 5432, cidr_ipv4: '10.61.0.0/16' }, false],
])('a rule for %s', async (_, rest, passes) => {
  const { aws, caller, machine } = await set();
  const security_group_id = machine.securityGroups[0] ?? '';
  await createThing(aws, caller, rule('egress'), { security_group_id, ...rest });
  const why = whyDropped(aws, machine, { address: '10.60.9.9', port: 5432 });
  expect(why).toContain(passes ? 'has no route' : 'let nothing out');
});

test('the longest prefix decides, also when its route leads nowhere', async () => {
  const made = await set();
  const { aws, machine } = made;
  const to = { address: '10.50.9.9', port: 5432 };
  for (const each of aws.all('aws_route'))
    aws.put({ ...each, id: `${each.id}-all`, attributes: { ...each.attributes, destination_cidr_block: '0.0.0.0/0' } });
  expect(whyDropped(aws, machine, to)).toBeUndefined();
  for (const each of aws.all('aws_route', ({ attributes }) => attributes.destination_cidr_block === '10.50.0.0/16'))
    each.attributes = { ...each.attributes, state: 'blackhole' };
  expect(whyDropped(aws, machine, to)).toBe(`the subnet ${machine.subnet} has no route to 10.50.9.9`);
  drop(made, 'aws_route', ({ destination_cidr_block }) => destination_cidr_block === '10.50.0.0/16');
  expect(whyDropped(aws, machine, to)).toBeUndefined();
});

test('a peering carries nothing until it is accepted', async () => {
  const made = await set();
  const { aws, machine } = made;
  const peering = aws.put({
    ...made.balancer,
    type: 'aws_vpc_peering_connection',
    id: 'pcx-1',
    attributes: { accept_status: 'pending-acceptance' },
  });
  for (const each of aws.all('aws_route'))
    each.attributes = { ...each.attributes, transit_gateway_id: '', vpc_peering_connection_id: peering.id };
  const to = { address: '10.50.9.9', port: 5432 };
  expect(whyDropped(aws, machine, to)).toContain('has no route');
  peering.attributes = { accept_status: 'active' };
  expect(whyDropped(aws, machine, to)).toBeUndefined();
});

test('inbound rules that are enforced on PrivateLink traffic drop it, but for a rule for every address', async () => {
  const { aws, caller, balancer } = await set();
  expect(whyDroppedAtEntry(aws, balancer, 5432)).toBeUndefined();
  const on = { enforce_security_group_inbound_rules_on_private_link_traffic: 'on' };
  balancer.attributes = { ...balancer.attributes, ...on };
  expect(whyDroppedAtEntry(aws, balancer, 5432)).toContain('enforces its inbound rules');
  const [security_group_id = ''] = balancer.attributes.security_groups as readonly string[];
  const tcp = { ip_protocol: 'tcp', from_port: 5432, to_port: 5432 };
  await createThing(aws, caller, rule('ingress'), { security_group_id, ...tcp, cidr_ipv4: '0.0.0.0/0' });
  expect(whyDroppedAtEntry(aws, balancer, 5432)).toBeUndefined();
  expect(whyDroppedAtEntry(aws, balancer, 3306)).toContain('enforces its inbound rules');
  balancer.attributes = { ...balancer.attributes, security_groups: [] };
  expect(whyDroppedAtEntry(aws, balancer, 3306), 'it has none').toBeUndefined();
});

test('brokers are behind the security groups of their cluster', async () => {
  const made = await set();
  const { aws, caller, node, machine } = made;
  const { id } = await createThing(aws, caller, 'aws_security_group', {
    name: 'brokers',
    vpc_id: text(made.balancer.attributes, 'vpc_id'),
  });
  const put = (type: string, name: string, attributes: Thing['attributes']): Thing =>
    aws.put({ type, id: name, account: caller.account, region: caller.region, attributes });
  put('aws_msk_cluster', 'cluster', { broker_node_group_info: [{ security_groups: [id] }] });
  put('broker', 'cluster/1', { cluster: 'cluster', address: '10.50.3.7' });
  expect(whyDropped(aws, node, { address: '10.50.3.7', port: 1521 })).toContain('let nothing in');
  const tcp = { ip_protocol: 'tcp', from_port: 1521, to_port: 1521 };
  await createThing(aws, caller, rule('ingress'), { security_group_id: id, ...tcp, cidr_ipv4: '10.40.0.0/22' });
  expect(whyDropped(aws, node, { address: '10.50.3.7', port: 1521 })).toBeUndefined();
  expect(machine.securityGroups).toHaveLength(1);
});
