import { expect, test } from 'vitest';
import { bucket, specOf, target } from '../../test/planner/specs.ts';
import { defaultFacts } from '../facts/index.ts';
import { makePlan } from './index.ts';

const hubRouter = () =>
  specOf({
    name: 'acme-hub',
    workspaces: ['analytics', 'science', 'finance'],
    targets: [
      target('postgres', { name: 'orders-db' }),
      target('postgres', { name: 'orders-replica' }),
      target('mysql', { name: 'crm-db' }),
      target('mysql', { name: 'legacy-mysql' }),
      target('sqlserver', { name: 'warehouse' }),
      target('oracle', { name: 'ledger' }),
      target('redis', { name: 'cache' }),
      target('vault', { name: 'vault' }),
      bucket('lake', ['acme-landing-zone']),
    ],
    access: [
      [
        ['analytics', 'science'],
        ['orders-db', 'orders-replica', 'crm-db', 'lake'],
      ],
      [['finance'], ['ledger', 'warehouse', 'legacy-mysql']],
      [['*'], ['vault', 'cache']],
    ],
  });

test('a company with two kinds of teams', () => {
  const { plan, diagnostics } = makePlan(hubRouter(), defaultFacts);
  expect(diagnostics).toEqual([]);
  expect(plan?.placement).toEqual({
    exact: true,
    endpoints: 5,
    services: 3,
    listeners: 7,
    lowerBound: { endpoints: expect.any(Number), services: expect.any(Number), listeners: 7 },
  });
  expect(plan?.infra.endpointServices.map((service) => service.listeners.map((each) => each.targets.join()))).toEqual([
    ['crm-db', 'orders-db,orders-replica'],
    ['warehouse', 'ledger', 'legacy-mysql'],
    ['cache', 'vault'],
  ]);
  expect(plan?.proof).toMatchObject({ workspaces: 3, targets: 9, reached: 2 * 6 + 5, refused: 2 * 3 + 4 });
  // A server that speaks first gets no PROXY header: whoever can dial its service is granted it.
  const mysql = plan?.routes.listeners.find((listener) => listener.key === 's-1/3306');
  expect(mysql?.identity).toEqual({ by: 'listener', nccs: ['n-1'] });
});
