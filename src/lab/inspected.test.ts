import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { defaultFacts } from '../facts/index.ts';
import { makePlan } from '../planner/index.ts';
import { readSpec } from '../spec/index.ts';
import { checkPairs } from './check.ts';
import { type Lab, startLab } from './lab.ts';
import { type Pair, pairsOf } from './pairs.ts';

const example = readFileSync('examples/https-apis.yaml', 'utf8');
const closing: Lab[] = [];
afterEach(async () => {
  for (const lab of closing.splice(0)) await lab.close();
});

async function labOf(text: string): Promise<Lab> {
  const { spec } = readSpec(Buffer.from(text), 'lakegate.yaml');
  const plan = spec && makePlan(spec, defaultFacts).plan;
  if (!spec || !plan) throw new Error('the spec has no plan');
  const lab = await startLab({ spec, infra: plan.infra, routes: plan.routes, nowMs: Date.now() });
  closing.push(lab);
  return lab;
}

/** `workspace name/path: answer`, for the requests to inspected names. */
async function answers(lab: Lab, pairs: readonly Pair[]): Promise<readonly string[]> {
  const results = await checkPairs(lab, pairs);
  return results.map(({ from, host, path, server, code, how }) => `${from} ${host}${path}: ${server ?? code ?? how}`);
}

const inspectedIn = (lab: Lab): readonly Pair[] =>
  pairsOf(lab.spec, lab.topology).filter(({ isAboutPath, question }) => isAboutPath && question.service === undefined);

test('a path rule that is broken turns exactly those requests into refusals', async () => {
  const good = await labOf(example);
  const requests = inspectedIn(good);
  const before = await answers(good, requests);
  const broken = example.replace('host: api.corp.acme.com, path: /orders,', '$& paths: { deny: ["/orders"] },');
  const after = await answers(await labOf(broken), requests);
  expect(after.filter((line, i) => line !== before[i])).toEqual([
    'apps api.corp.acme.com/orders: LG_PATH_DENIED',
    'ml api.corp.acme.com/orders: LG_PATH_DENIED',
  ]);
  expect(before.length).toBe(after.length);
});

test('an upstream gets its own prefix, and a server that several targets share tells them apart by it', async () => {
  const shared =
    '{ type: https, host: api.corp.acme.com, network: onprem, tls: inspect, upstream: { host: all.corp.acme.com, port: 8443';
  const text = example
    .replace(/ {2}orders-api: .*/, `  orders-api: ${shared}, prefix: /v2/orders }, path: /orders }`)
    .replace(/ {2}search-api: .*/, `  search-api: ${shared}, prefix: /v2/search }, path: /search }`);
  const lab = await labOf(text);
  const results = await checkPairs(lab, pairsOf(lab.spec, lab.topology));
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  expect(
    results.filter(({ host, from }) => host === 'api.corp.acme.com' && from === 'ml').map(({ server }) => server),
  ).toEqual(['orders-api', 'search-api', undefined]);
});

test('a client that trusts only the servers’ CA is not served on an inspected name', async () => {
  const lab = await labOf(example);
  const requests = inspectedIn(lab).filter(({ expected }) => expected.is === 'reach');
  const results = await checkPairs({ ...lab, inspectionCa: undefined }, requests);
  expect(requests.length).toBeGreaterThan(0);
  for (const { observed, how } of results)
    expect({ observed, how }).toEqual({ observed: 'refuse', how: expect.stringMatching(/certificate/) });
});
