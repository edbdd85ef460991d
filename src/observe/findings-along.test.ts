import { expect, test } from 'vitest';
import { host, port } from '../../test/plans/small-hub.ts';
import { liveState, plan, withAws, withRules } from '../../test/support/live-state.ts';
import { trace } from '../topology/index.ts';
import { findingsAlong } from './index.ts';
import { interpret } from './observe.ts';
import type { LiveState } from './state.ts';

/** Codes of what is broken or at risk on the way of a connection, with the last hop of its trace. */
function along(state: LiveState, from: string, name: string, at: number): readonly string[] {
  const { topology, findings } = interpret(state, plan);
  const walked = trace(topology, { from, host: host(name), port: port(at) });
  const last = walked.hops.at(-1);
  return [
    `${last?.at} ${last?.passes ? 'passes' : 'stops'}`,
    ...findingsAlong(walked, topology, findings)
      .filter((each) => each.verdict !== 'unknown')
      .map((each) => each.code),
  ];
}

const api = ['analytics', 'api.acme.test', 443] as const;
const ledger = ['finance', 'ledger.acme.test', 1521] as const;

const waits = withRules('n-1', ([rule, ...others]) =>
  rule ? [{ ...rule, connection: 'CREATING' }, ...others] : others,
);
const sick = withAws((aws) => ({ health: new Map([...aws.health, ['tg-s-1-443', []]]) }));
const unknownEndpoint = withAws(() => ({
  policy: { text: '{"version":1,"endpoints":{"vpce-n-2s-1":"n-2"}}', etag: '', modifiedAt: 0 },
}));
const noWay = withAws(({ groupRules = [] }) => ({
  groupRules: groupRules.filter((each) => each.groupId !== 'sg-router' || each.direction === 'ingress'),
}));
const unattached: LiveState = {
  ...liveState,
  databricks: {
    ...liveState.databricks,
    workspaces: (liveState.databricks.workspaces ?? []).map(({ nccId, ...each }) =>
      each.name === 'analytics' ? each : { ...each, ...(nccId && { nccId }) },
    ),
  },
};
const asleep = withAws(({ fleets = [] }) => ({ fleets: fleets.map((each) => ({ ...each, desired: 0 })) }));
const noNcc: LiveState = {
  ...liveState,
  databricks: { ...liveState.databricks, nccs: (liveState.databricks.nccs ?? []).slice(1) },
};

test.each<[string, LiveState, readonly [string, string, number], readonly string[]]>([
  ['nothing where nothing is wrong', liveState, api, ['upstream passes']],
  ['the rule that waits', waits, api, ['rule stops', 'LG_LIVE_RULE_WAITS']],
  ['not the rule of another NCC', waits, ['finance', 'api.acme.test', 443], ['upstream passes']],
  ['not a rule of other names', waits, ['analytics', 'crm.acme.test', 3306], ['upstream passes']],
  ['the members of the listener', sick, api, ['listener stops', 'LG_LIVE_MEMBERS']],
  ['not the members of another listener', sick, ['analytics', 'orders.acme.test', 5432], ['upstream passes']],
  ['the endpoint that routers do not know', unknownEndpoint, api, ['route stops', 'LG_LIVE_ENDPOINT_MAP']],
  ['the way to the upstream', noWay, api, ['upstream stops', 'LG_LIVE_SECURITY_GROUP']],
  ['not the way of another upstream', noWay, ledger, ['listener passes']],
  ['the workspace', unattached, api, ['workspace stops', 'LG_LIVE_WORKSPACE']],
  ['the fleet, where it leads to the routers', asleep, api, ['upstream passes', 'LG_LIVE_FLEET']],
  ['not the fleet, where it goes straight', asleep, ledger, ['listener passes']],
  ['an NCC that is gone', noNcc, api, ['workspace stops', 'LG_LIVE_NCC', 'LG_LIVE_WORKSPACE']],
  ['not an NCC that is gone, on the way of another', noNcc, ledger, ['listener passes']],
])('on a way is %s', (_, state, question, want) => {
  expect(along(state, ...question)).toEqual(want);
});

test('a bucket’s rule is on the way to the bucket', () => {
  const state = withRules('n-1', (rules) =>
    rules.map((each) => (each.buckets.length ? { ...each, enabled: false } : each)),
  );
  expect(along(state, 'analytics', 'acme-lake.s3.eu-west-1.amazonaws.com', 443)).toEqual([
    'rule stops',
    'LG_LIVE_RULE_WAITS',
  ]);
});

test('a call that returned nothing is on every path', () => {
  const call = 'ec2:DescribeSubnets';
  const state: LiveState = {
    ...liveState,
    unread: [{ call, refusal: 'right', code: 'UnauthorizedOperation', message: 'no', times: 1 }],
  };
  const { topology, findings, isComplete } = interpret(state, plan);
  const walked = trace(topology, { from: 'analytics', host: host('api.acme.test'), port: port(443) });
  const places = findingsAlong(walked, topology, findings).map((each) => each.place);
  expect(places).toContainEqual({ at: 'call', call });
  expect(places).toContainEqual({ at: 'network', network: 'core' });
  expect(isComplete).toBe(false);
});
