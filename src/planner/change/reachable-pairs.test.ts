import { expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import { defaultFacts } from '../../facts/index.ts';
import { readSpec } from '../../spec/index.ts';
import { makePlan } from '../index.ts';
import { changes } from './changes.ts';

const api = 'type: https, host: api.corp.test, network: core, tls: inspect';
const targets = `{ whole: { ${api} }, orders: { ${api}, path: /orders, paths: { deny: [/orders] } }, bills: { ${api}, path: /bills } }`;

function planOf(of: readonly string[]) {
  const { spec, diagnostics } = readSpec(
    smallSpec({ targets, access: `[{ from: [two], to: [whole, orders, bills] }, { from: [one], to: [${of}] }]` }),
    'lakegate.yaml',
  );
  const planned = spec && makePlan(spec, defaultFacts);
  const plan = planned?.plan;
  if (!plan) throw new Error(JSON.stringify([diagnostics, planned?.diagnostics]));
  return plan;
}

const all = ['whole', 'orders', 'bills'];
const grants = all.flatMap((one) => [[one], all.filter((each) => each !== one)]).concat([all]);

test.each(grants.flatMap((before) => grants.map((after) => [before, after] as const)))(
  'of targets at one host by path, a workspace has %j and then %j: that and nothing else is told',
  (before, after) => {
    const { access } = changes(planOf(before), planOf(after));
    const pairs = (names: readonly string[]) => [...names].sort().map((target) => ({ workspace: 'one', target }));
    expect(access.lost).toEqual(pairs(before.filter((target) => !after.includes(target))));
    expect(access.gained).toEqual(pairs(after.filter((target) => !before.includes(target))));
  },
);
