import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultFacts } from '../facts/index.ts';
import { makePlan } from '../planner/index.ts';
import { readSpec } from '../spec/index.ts';
import { buildTopology } from '../topology/index.ts';
import { type Pair, pairsOf } from './pairs.ts';

function pairsIn(file: string): readonly Pair[] {
  const { spec } = readSpec(readFileSync(file), file);
  const plan = spec && makePlan(spec, defaultFacts).plan;
  if (!spec || !plan) throw new Error(`${file} has no plan`);
  return pairsOf(spec, buildTopology(plan.infra, plan.routes));
}

test('every workspace calls every name of every target', () => {
  const pairs = pairsIn('examples/https-apis.yaml').filter(
    ({ question, expected, target }) =>
      question.service === undefined && !(target && expected.is === 'refuse' && expected.code.startsWith('LG_PATH_')),
  );
  const names = pairs.filter(({ target }) => target !== undefined && target.type === 'https');
  expect(names).toHaveLength(2 * 10); // two workspaces, nine targets, one of them with two names
  expect(new Set(names.map(({ question, target }) => `${question.from} ${question.host} ${target?.name}`)).size).toBe(
    20,
  );
});

test('a workspace claims only names that it was not granted at the endpoints it has', () => {
  const past = pairsIn('examples/https-apis.yaml').filter(({ question }) => question.service !== undefined);
  expect(past.map(({ question, target, expected }) => [question.from, target?.name, expected])).toEqual([
    ['apps', 'search-api', { is: 'refuse', code: 'LG_NOT_GRANTED' }],
    ['apps', 'github', { is: 'refuse', code: 'LG_NOT_GRANTED' }],
    ['apps', 'weather', { is: 'refuse', code: 'LG_NOT_GRANTED' }],
  ]);
});

test('paths are tried where the router reads requests: one that each target takes, one it denies, one of no target', () => {
  const paths = pairsIn('examples/https-apis.yaml').filter(
    ({ question, isAboutPath }) => question.from === 'ml' && isAboutPath,
  );
  expect(
    paths.map(({ question, path, target, expected }) => [
      `${question.host}${path}`,
      target?.name,
      expected.is === 'reach' ? expected.target : expected.code,
    ]),
  ).toEqual([
    ['billing.corp.acme.com/v1/lakegate-lab', 'billing', 'billing'],
    ['billing.corp.acme.com/v1/admin/lakegate-lab', 'billing', 'LG_PATH_DENIED'],
    ['api.corp.acme.com/orders', 'orders-api', 'orders-api'],
    ['api.corp.acme.com/search', 'search-api', 'search-api'],
    ['api.github.com/repos/acme/lakegate-lab', 'github', 'github'],
    ['api.github.com/lakegate-lab/outside', 'github', 'LG_PATH_DENIED'],
    ['api.corp.acme.com/lakegate-lab', undefined, 'LG_PATH_UNKNOWN'],
  ]);
});

test('in the examples, the trace agrees with the grants', () => {
  for (const example of ['hub-router', 'https-apis', 'msk'])
    expect(pairsIn(`examples/${example}.yaml`).filter((pair) => pair.contradiction)).toEqual([]);
});

test('each workspace tries an unknown name and a port without a listener', () => {
  const pairs = pairsIn('examples/hub-router.yaml');
  const codes = (code: string) =>
    pairs.filter(({ target, expected }) => !target && expected.is === 'refuse' && expected.code === code);
  expect(codes('LG_NO_RULE').map(({ question }) => question.from)).toEqual(['analytics', 'science', 'finance']);
  expect(codes('LG_NO_LISTENER').map(({ question }) => question.from)).toEqual(['analytics', 'science', 'finance']);
});
