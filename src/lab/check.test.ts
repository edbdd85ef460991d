import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { defaultFacts } from '../facts/index.ts';
import { type Policy, parsePort } from '../ir/index.ts';
import { makePlan } from '../planner/index.ts';
import { endpointMap, writeEndpointMap } from '../sim/fill/index.ts';
import { readSpec } from '../spec/index.ts';
import { checkPairs, evaluate } from './check.ts';
import { type Lab, startLab } from './lab.ts';
import { pairsOf } from './pairs.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function lab(text: string): Promise<Lab> {
  const { spec, diagnostics } = readSpec(Buffer.from(text), 'lakegate.yaml');
  if (!spec) throw new Error(JSON.stringify(diagnostics));
  const { plan, diagnostics: problems } = makePlan(spec, defaultFacts);
  if (!plan) throw new Error(JSON.stringify(problems));
  const running = await startLab({ spec, infra: plan.infra, routes: plan.routes, nowMs: Date.now() });
  closing.push(running.close);
  return running;
}

const problems = async (running: Lab): Promise<readonly string[]> =>
  (await checkPairs(running, pairsOf(running.spec, running.topology))).flatMap((pair) =>
    pair.passed ? [] : [`${pair.from} → ${pair.to}: ${pair.problem}`],
  );

const two = (type: string): string => `
lakegate: 1
name: acme-two
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { apps: { id: "4567890123456789" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } }, router: { engine: node, instance: t4g.small, min: 2, max: 6 } }
networks: { hub: { reach: hub } }
targets:
  left: { type: ${type}, host: left.corp.acme.com, network: hub }
  right: { type: ${type}, host: right.corp.acme.com, network: hub }
access: [{ from: [apps], to: [left, right] }]
`;

/** Puts the server of one host behind the address of the other, as a wrong DNS record would. */
function swap(running: Lab, number: number): void {
  const port = parsePort(number);
  const [left] = running.networks.resolve('left.corp.acme.com');
  const [right] = running.networks.resolve('right.corp.acme.com');
  const wrong = right && port && running.networks.listenerAt(right, port);
  if (!left || !wrong) throw new Error('the lab has no such servers');
  running.networks.listen(left, port, wrong);
}

test('a server that answers under a wrong name is detected by its answer', async () => {
  const running = await lab(two('tcp, port: 7000')); // no TLS: the answer is all there is
  expect(await problems(running)).toEqual([]);
  swap(running, 7000);
  expect(await problems(running)).toEqual([expect.stringContaining('apps → left: right answered instead of left')]);
});

test('with TLS it is detected by its certificate', async () => {
  const running = await lab(two('https'));
  expect(await problems(running)).toEqual([]);
  swap(running, 443);
  expect(await problems(running)).toEqual([expect.stringMatching(/^apps → left: refused: .*altname/i)]);
});

/** Writes another endpoint map for the routers. */
async function setMap(running: Lab, endpoints: Policy['endpoints']): Promise<void> {
  await writeEndpointMap(running.accounts, running.topology.infra, { version: 1, endpoints });
  await running.refresh();
}

test('routers that assign an endpoint to the wrong NCC are detected', async () => {
  const running = await lab(readFileSync('examples/https-apis.yaml', 'utf8'));
  expect(await problems(running)).toEqual([]);
  const ml = running.topology.nccOf.get('ml')?.ncc.key ?? '';
  const map = endpointMap(running.accounts, running.topology.infra);
  await setMap(running, Object.fromEntries(Object.keys(map.endpoints).map((endpoint) => [endpoint, ml])));
  expect(await problems(running)).toEqual([
    'apps → search-api: search-api answered; LG_NOT_GRANTED was expected', // by its name, which leads to orders-api too
    'apps → search-api: search-api answered; LG_NOT_GRANTED was expected',
    'apps → github: github answered; LG_NOT_GRANTED was expected',
    'apps → weather: weather answered; LG_NOT_GRANTED was expected',
  ]);
});

test('a plan that reaches more than the spec grants fails, whatever is observed', async () => {
  const running = await lab(two('https'));
  const [grant] = running.spec.access;
  const narrower = { ...running.spec, access: grant ? [{ ...grant, to: ['left'] }] : [] };
  const results = await checkPairs(running, pairsOf(narrower, running.topology));
  const failed = results.filter((pair) => !pair.passed);
  expect(failed.map((pair) => pair.problem)).toContain('the spec does not grant it, but the trace reaches it');
  expect(new Set(failed.map((pair) => pair.to))).toEqual(new Set(['right']));
});

test.each([
  [
    'an answer where a refusal was expected',
    { is: 'refuse', code: 'LG_NO_RULE' },
    { is: 'answer', server: 'a' },
    undefined,
  ],
  ['another code', { is: 'refuse', code: 'LG_NO_RULE' }, { is: 'refusal', how: 'x', code: 'LG_NO_NAME' }, undefined],
  ['no code at all', { is: 'refuse', code: 'LG_NO_RULE' }, { is: 'refusal', how: 'reset' }, undefined],
  [
    'different codes from client and log',
    { is: 'refuse', code: 'LG_NO_NAME' },
    { is: 'refusal', how: 'x', code: 'LG_NO_NAME' },
    'LG_TOO_BIG',
  ],
  [
    'a certificate of another target',
    { is: 'reach', target: 'a' },
    { is: 'answer', server: 'a', certificate: 'b' },
    undefined,
  ],
  ['a refusal where an answer was expected', { is: 'reach', target: 'a' }, { is: 'refusal', how: 'reset' }, undefined],
] as const)('%s does not pass', (_, expected, seen, logged) => {
  expect(evaluate({ expected }, seen, logged)).toMatchObject({ passed: false, problem: expect.any(String) });
});

test('a refusal whose code only the log has passes with that code', () => {
  const seen = { is: 'refusal', how: 'TLS alert access_denied' } as const;
  expect(evaluate({ expected: { is: 'refuse', code: 'LG_NOT_GRANTED' } }, seen, 'LG_NOT_GRANTED')).toMatchObject({
    passed: true,
    observed: 'refuse',
    code: 'LG_NOT_GRANTED',
  });
});

test('a request without a record does not pass, nor one whose record says something else', async () => {
  const running = await lab(readFileSync('examples/https-apis.yaml', 'utf8'));
  const pairs = pairsOf(running.spec, running.topology).filter(
    ({ isAboutPath, question }) => isAboutPath && question.from === 'ml',
  );
  const [request] = pairs;
  const problemOf = async (flowOf: Lab['log']['flowOf']) =>
    (await checkPairs({ ...running, log: { ...running.log, flowOf } }, pairs.slice(0, 1)))[0]?.problem;
  expect(await problemOf(running.log.flowOf)).toBeUndefined();
  expect(await problemOf(async () => undefined)).toBe('the router has no record of the request');
  const [, refused] = pairs;
  if (!request || !refused) throw new Error('no pairs');
  const [other] = await checkPairs(running, [refused]);
  expect(other?.flow).toMatchObject({ route: { target: 'billing' }, refusal: { code: 'LG_PATH_DENIED' } });
  expect(await problemOf(async () => other?.flow)).toBe('the record has status 403, the client received 200');
});
