import { expect, test } from 'vitest';
import type { Hostname, InfraPlan, Port } from '../../src/ir/index.ts';
import { type Observation, observe } from '../../src/observe/index.ts';
import { AwsError } from '../../src/sim/aws/index.ts';
import { ApiError } from '../../src/sim/databricks/index.ts';
import { fillFromPlan, openAccounts } from '../../src/sim/fill/index.ts';
import { liveClouds } from '../support/live-clouds.ts';
import { exampleText, planOf } from '../terraform/cases.ts';
import { variantTexts } from '../terraform/variants.ts';

/** The clouds of a plan with ways to refuse calls, and what was called. */
async function refusable({ infra, routes }: Pick<ReturnType<typeof planOf>, 'infra' | 'routes'>) {
  const accounts = openAccounts(infra);
  await fillFromPlan(accounts, { infra, routes });
  for (const each of accounts.aws.all('aws_vpc_peering_connection'))
    each.attributes = { ...each.attributes, accept_status: 'active' };
  const clouds = await liveClouds(accounts);
  const called: string[] = [];
  let refuse: (call: string) => Error | undefined = () => undefined;
  accounts.aws.disturb = ({ action, type, name }) => {
    const call = type === 'kafka' ? 'kafka' : `${type}:${name}`;
    if (action !== 'call') return undefined;
    called.push(call);
    return refuse(call) as AwsError | undefined;
  };
  clouds.accountServer.before = ({ method, path }) => {
    if (path.includes('/oidc/') || path.startsWith('/.well-known')) return;
    const call = `databricks:${method} ${path.replace(/^.*accounts\/[^/]+/, '').replace(/\/[0-9a-f-]{36}/, '')}`;
    called.push(call);
    const error = refuse(call);
    if (error) throw error;
  };
  return {
    called,
    look: (detail: 'all' | 'status' = 'all') => observe(clouds, infra, { detail }),
    refuse(told: (call: string) => Error | undefined) {
      refuse = told;
    },
  };
}

const told = ({ findings }: Observation, verdict: string): readonly string[] =>
  findings.filter((each) => each.verdict === verdict).map((each) => `${each.code} ${each.message}`);

const denied = (call: string): Error =>
  call.startsWith('databricks:')
    ? new ApiError(403, 'PERMISSION_DENIED', 'not you')
    : new AwsError(call.startsWith('ec2:') ? 'UnauthorizedOperation' : 'AccessDeniedException', 'not you', 403);

test.each([
  ['hub-router', () => planOf(exampleText('hub-router'))],
  ['containers, a NAT and a peering', () => planOf(variantTexts.crowded())],
  ['a service for each broker', () => planOf(variantTexts.brokers())],
])(
  '%s: whatever call is refused, that it was not observed is said, and nothing is called broken for it',
  { timeout: 120_000 },
  async (_, make) => {
    const from = await refusable(make());
    const whole = await from.look();
    expect(told(whole, 'broken')).toEqual([]);
    expect(whole.isComplete).toBe(true);
    const calls = [...new Set(from.called)];
    expect(calls.length).toBeGreaterThan(15);
    const before = new Set(told(whole, 'unknown'));
    const silent: unknown[] = [];
    for (const call of calls) {
      from.refuse((each) => (each === call ? denied(call) : undefined));
      const seen = await from.look();
      const fresh = told(seen, 'unknown').filter((each) => !before.has(each));
      const broken = told(seen, 'broken');
      if (broken.length || seen.isComplete || !fresh.some((each) => each.includes('not you')))
        silent.push({ call, broken, fresh });
    }
    expect(silent).toEqual([]);
  },
);

test('everything refused is a list of what was not observed', async () => {
  const from = await refusable(planOf(exampleText('hub-router')));
  from.refuse(denied);
  const seen = await from.look();
  expect(told(seen, 'broken')).toEqual([]);
  expect(told(seen, 'risk')).toEqual([]);
  expect(told(seen, 'unknown').filter((each) => each.includes('not you')).length).toBeGreaterThanOrEqual(6);
});

test.each([
  ['AWS', 'AuthFailure', new AwsError('AuthFailure', 'who are you', 401)],
  ['AWS', 'RequestExpired', new AwsError('ExpiredToken', 'too late', 400)],
  ['Databricks', 'UNAUTHENTICATED', new ApiError(401, 'UNAUTHENTICATED', 'who are you')],
])('credentials that %s refuses (%s) end it: nothing more can be read', async (cloud, _, error) => {
  const from = await refusable(planOf(exampleText('hub-router')));
  from.refuse((call) => (call.startsWith('databricks:') === (cloud === 'Databricks') ? error : undefined));
  await expect(from.look()).rejects.toMatchObject({ code: error.code });
});

/** Ten services with six listeners each, all to the routers, in the place of an example's. */
function tenServices(): { infra: InfraPlan; routes: ReturnType<typeof planOf>['routes'] } {
  const { infra, routes } = planOf(exampleText('hub-router'));
  const [template] = infra.endpointServices;
  const [listener] = template?.listeners ?? [];
  const [ncc] = infra.nccs;
  if (!template || !listener || !ncc) throw new Error('the example has no services');
  const numbers = Array.from({ length: 10 }, (_, at) => at + 1);
  return {
    routes: { ...routes, listeners: [] },
    infra: {
      ...infra,
      endpointServices: numbers.map((number) => ({
        ...template,
        key: `s-${number}`,
        nlb: { ...template.nlb, name: `acme-${number}` },
        listeners: Array.from({ length: 6 }, (_, at) => ({
          ...listener,
          key: `s-${number}/${at + 1}`,
          port: (at + 1) as Port,
          targetGroup: {
            ...listener.targetGroup,
            name: `acme-${number}-${at + 1}`,
            port: (20_000 + number * 10 + at) as Port,
          },
          forward: { to: 'router' as const, why: '' },
        })),
      })),
      nccs: [
        {
          ...ncc,
          rules: numbers.map((number) => ({
            kind: 'service' as const,
            key: `r-${number}`,
            service: `s-${number}`,
            domains: [`t${number}.acme.com` as Hostname],
          })),
        },
      ],
    },
  };
}

test('ten services and sixty target groups are read for a status in no more than 200 calls', async () => {
  const from = await refusable(tenServices());
  const seen = await from.look('status');
  expect(seen.topology.infra.endpointServices.flatMap((each) => each.listeners)).toHaveLength(60);
  expect(from.called.length).toBeLessThanOrEqual(200);
  const perCall = Map.groupBy(from.called, (call) => call);
  expect(perCall.get('elasticloadbalancing:DescribeTargetHealth')).toHaveLength(60);
  expect(perCall.has('elasticloadbalancing:DescribeListenerAttributes')).toBe(false);
  expect(told(seen, 'unknown')).toContain(
    'LG_NOT_OBSERVED after which idle time listeners close a connection was not observed (60 calls): it was not asked for',
  );
});
