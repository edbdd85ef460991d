import { expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import { filledAccounts, networkPlan } from '../../../test/support/network.ts';
import { planOf } from '../../../test/terraform/cases.ts';
import type { Hostname, IpAddress } from '../../ir/index.ts';
import { openAccounts } from '../fill/index.ts';
import { createCustomerNetworks } from './customer-networks.ts';

const host = (name: string): Hostname => name as Hostname;

test('a host gets an address inside its network, keeps it, and no other host has it', async () => {
  const { aws } = await filledAccounts();
  const networks = createCustomerNetworks({ ...networkPlan, aws });
  const [first] = networks.addHost('core', host('orders.test.example'));
  const [second] = networks.addHost('core', host('other.test.example'));
  expect(first).toMatch(/^10\.50\./);
  expect(second).toMatch(/^10\.50\./);
  expect(second).not.toBe(first);
  expect(networks.addHost('core', host('orders.test.example'))).toEqual([first]);
  expect(networks.resolve('Orders.Test.Example')).toEqual([first]);
  expect(networks.resolve('unknown.test.example')).toEqual([]);
  expect(networks.addHost('core', host('fixed.test.example'), ['10.50.3.7' as IpAddress])).toEqual(['10.50.3.7']);
});

test('a public host is outside every private range, a host of an existing hub inside what AWS has for it', async () => {
  const plan = planOf(
    smallSpec({
      hub: '{ vpc: { id: vpc-0123456789abcdef0, subnets: [subnet-0aaaaaaaaaaaaaaa1, subnet-0bbbbbbbbbbbbbbb2] } }',
      networks: '{ hub: { reach: hub }, public: { reach: internet } }',
      targets:
        '{ db: { type: postgres, host: db.acme.com, network: hub }, git: { type: https, host: git.acme.com, network: public } }',
    }),
  );
  const { aws } = openAccounts(plan.infra);
  const networks = createCustomerNetworks({ ...plan, aws });
  expect(networks.addHost('hub', host('db.acme.com'))).toEqual([expect.stringMatching(/^10\.80\./)]);
  expect(networks.addHost('public', host('git.acme.com'))).toEqual([expect.stringMatching(/^1\.2\.3\./)]);
});

test('a broker has the address that its cluster has for it, also after it has moved', async () => {
  const { aws } = await filledAccounts();
  const networks = createCustomerNetworks({ ...networkPlan, aws });
  const name = 'b-1.events.test.example';
  const broker = aws.put({
    type: 'broker',
    id: 'cluster/1',
    account: '111122223333',
    region: 'eu-west-1',
    attributes: { host: name, address: '10.40.0.77' },
  });
  expect(networks.addHost('core', host(name))).toEqual(['10.40.0.77']);
  broker.attributes = { ...broker.attributes, address: '10.40.1.78' };
  expect(networks.resolve(name)).toEqual(['10.40.1.78']);
});

test('an address listens where it was last said to', async () => {
  const { aws } = await filledAccounts();
  const networks = createCustomerNetworks({ ...networkPlan, aws });
  expect(networks.listenerAt('10.50.3.7', 1521)).toBeUndefined();
  for (const port of [1, 2]) networks.listen('10.50.3.7', 1521, { host: '127.0.0.1', port });
  expect(networks.listenerAt('10.50.3.7', 1521)).toEqual({ host: '127.0.0.1', port: 2 });
});
