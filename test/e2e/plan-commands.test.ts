import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lakegate } from './cli.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakegate-plan-'));
  cpSync('examples/hub-router.yaml', join(folder, 'lakegate.yaml'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const run = (...argv: readonly string[]) => lakegate(folder, ...argv);

const edit = (from: string | RegExp, to: string): void => {
  const path = join(folder, 'lakegate.yaml');
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
};

test('plan shows the plan, writes nothing, and says that nothing is kept yet', async () => {
  const { exit, out, err } = await run('plan');
  expect(exit).toBe(0);
  for (const part of [
    'acme-hub  eu-west-1',
    'crm.c1x2y3.eu-west-1.rds.amazonaws.com:3306',
    'endpoints_per_region',
    'Proof',
    'unknown',
  ])
    expect(out).toContain(part);
  expect(err).toContain('lakegate.lock.json does not hold these allocations yet');
  expect(readdirSync(folder)).toEqual(['lakegate.yaml']);
});

test('plan --write-lock keeps the allocations; a second time there is nothing to write', async () => {
  expect((await run('plan', '--write-lock')).err).toContain('wrote lakegate.lock.json');
  const kept = readFileSync(join(folder, 'lakegate.lock.json'), 'utf8');
  expect((await run('plan', '--write-lock')).err).toContain('up to date');
  expect(readFileSync(join(folder, 'lakegate.lock.json'), 'utf8')).toBe(kept);
  expect((await run('plan')).err).toBe('Next: lakegate synth');
  expect(readdirSync(folder).sort()).toEqual(['lakegate.lock.json', 'lakegate.yaml']);
});

const revoke = (): void => edit('to: [ledger, warehouse, legacy-mysql]', 'to: [ledger, warehouse]');

test('plan shows above itself what has changed since the folder, else since the lock, else nothing', async () => {
  const first = (await run('plan')).out;
  expect(first).toMatch(/^acme-hub {2}eu-west-1, account/);
  expect(first).toContain('then services, then listeners\n');
  await run('synth', '-o', 'infra');
  const same = await run('plan', '-o', 'infra');
  expect(same.out).toMatch(
    /^acme-hub: nothing has changed since the plan infra\/lakegate\.plan\.json\n\nacme-hub {2}eu-west-1/,
  );
  expect(same.out).toContain('then services, then listeners, given what the lock holds\n');
  expect(same.err).toBe('');
  revoke();
  edit('cidr: 10.40.0.0/22', 'cidr: 10.44.0.0/22');
  const changed = await run('plan', '-o', 'infra');
  const [above = ''] = changed.out.split('\n\nacme-hub  eu-west-1');
  expect(above).toContain('compared with the plan infra/lakegate.plan.json');
  expect(above).toContain('Access lost\n  finance no longer reaches legacy-mysql\n');
  expect(above).toContain('Replaced: destroyed and made again\n  the hub VPC and everything in it');
  expect(above).toContain('\n\nlakegate diff -o infra shows each change');
  expect(changed.err).toMatch(/\nNext: lakegate synth -o infra/);
  const other = await run('plan');
  expect(other.out).toMatch(/^acme-hub, compared with the lock lakegate\.lock\.json/);
  expect(other.out).toContain('and what a lock does not hold\n');
});

test('plan --short is what has changed and three lines', async () => {
  await run('synth');
  revoke();
  const [changes, summary, ...more] = (await run('plan', '--short')).out.split(/\n\n(?=acme-hub {2})/);
  expect(changes).toContain('finance no longer reaches legacy-mysql');
  expect(summary?.split('\n')).toHaveLength(3);
  expect(more).toEqual([]);
});

test('plan tells which connections a change cuts, also where no access changes', async () => {
  await run('synth');
  edit('host: legacy.corp.acme.com, network: onprem', 'host: legacy.corp.acme.com, network: crm');
  for (const argv of [['plan'], ['plan', '--short']]) {
    const { out } = await run(...argv);
    expect(out).toMatch(/^acme-hub, compared .*: connections cut in 1 place/);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'No workspace gains or loses a target, but targets are at other places, and connections are cut: see below.',
    );
    expect(out).toContain('  legacy-mysql is now at network crm and is no longer at network onprem (for finance)\n');
    expect(out).toMatch(/\nCut: connections that break\n {2}target ports of network onprem/);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'this cuts connections to the port in the network (legacy-mysql from finance)',
    );
  }
});

test('a folder with the plan of another spec is not compared with', async () => {
  await run('synth');
  cpSync(join(folder, 'lakegate.yaml'), join(folder, 'prod.yaml'));
  writeFileSync(
    join(folder, 'prod.yaml'),
    readFileSync(join(folder, 'prod.yaml'), 'utf8').replace('name: acme-hub', 'name: acme-prod'),
  );
  expect((await run('plan', '-f', 'prod.yaml')).out).not.toContain('compared with');
  await run('plan', '-f', 'prod.yaml', '--write-lock');
  const { out, err } = await run('plan', '-f', 'prod.yaml');
  expect(out).toMatch(/^acme-prod: nothing has changed of what the lock prod\.lock\.json holds/);
  expect(err).toMatch(/^Next: lakegate synth -f prod\.yaml -o acme-prod-terraform, or another folder: /);
});

test('a plan in the folder that cannot be read is said, and the plan is shown all the same', async () => {
  await run('synth');
  writeFileSync(join(folder, 'terraform/lakegate.plan.json'), '{');
  const { exit, out, err } = await run('plan');
  expect(exit).toBe(0);
  expect(out).toMatch(/^acme-hub {2}eu-west-1/);
  expect(err).toContain('nothing to compare with: terraform/lakegate.plan.json is not JSON');
});

test('what synth would refuse is not said to be next', async () => {
  edit('engine: node', 'engine: haproxy');
  expect((await run('plan', '--accept-not-yet')).err).not.toContain('Next:');
});

test('a warning of several places is told once, an error each time', async () => {
  edit('to: [ledger, warehouse, legacy-mysql]', 'to: [ledger, ledger, ledger]');
  const { err } = await run('plan');
  expect(err.match(/warning LG_TARGET_WITHOUT_ACCESS/g)).toHaveLength(1);
  expect(err).toContain('also line 37: no workspace may reach the target warehouse');
  expect(err.match(/warning LG_LISTED_TWICE/g)).toHaveLength(1); // the third is the same line and the same words
  expect(err).toContain('\n4 warnings\n');
  edit('to: [ledger, ledger, ledger]', 'to: [legder, legder]');
  expect((await run('plan')).err.match(/error LG_REFERENCE_UNKNOWN/g)?.length).toBeGreaterThanOrEqual(1);
  edit('from: [analytics, science]', 'from: [analytisc, sciecne]');
  expect((await run('plan')).err.match(/error LG_REFERENCE_UNKNOWN/g)?.length).toBeGreaterThanOrEqual(3);
});

test('many warnings of one kind are counted after the fifth', async () => {
  edit('access:', `access:\n  - { from: [finance], to: [${Array.from({ length: 9 }, () => 'vault').join(', ')}] }`);
  edit(
    'to: [vault, cache]',
    'to: [vault,\n    cache,\n    cache,\n    cache,\n    cache,\n    cache,\n    cache,\n    cache,\n    cache]',
  );
  const { err } = await run('plan');
  expect(err).toContain('more; --json has all');
});

test('a spec by another name has a lock by its name', async () => {
  cpSync(join(folder, 'lakegate.yaml'), join(folder, 'prod.yaml'));
  await run('plan', '-f', 'prod.yaml', '--write-lock');
  expect(readdirSync(folder).sort()).toEqual(['lakegate.yaml', 'prod.lock.json', 'prod.yaml']);
});

test('plan --json is one document, the same twice, with or without a plan', async () => {
  const first = await run('plan', '--json');
  expect(first.exit).toBe(0);
  expect(first.err).toBe('');
  expect((await run('plan', '--json')).out).toBe(first.out);
  const document = JSON.parse(first.out);
  expect(Object.keys(document)).toEqual([
    'infra',
    'routes',
    'lock',
    'cost',
    'headroom',
    'proof',
    'placement',
    'savings',
    'surplus',
    'diagnostics',
  ]);
  expect(document.infra.nccs.map((ncc: { workspaces: unknown }) => ncc.workspaces)).toHaveLength(2);
  edit('to: [vault, cache]', 'to: [valut, cache]');
  const wrong = await run('plan', '--json');
  expect(wrong.exit).toBe(1);
  expect(JSON.parse(wrong.out)).toMatchObject({
    infra: null,
    lock: null,
    diagnostics: expect.arrayContaining([
      expect.objectContaining({ code: 'LG_REFERENCE_UNKNOWN', severity: 'error', file: 'lakegate.yaml', line: 45 }),
    ]),
  });
});

test('plan --repack shows what it saves and moves, and keeps it only when asked', async () => {
  expect((await run('plan', '--repack')).err).toContain('there is no lock');
  const five = ['a', 'b', 'c', 'd', 'e'];
  const spec = (names: readonly string[]): string =>
    [
      'lakegate: 1',
      'name: acme-five',
      'aws: { region: eu-west-1, account: "111122223333" }',
      'databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }',
      'limits: { domains_per_rule: 4 }',
      'workspaces: { w: { id: "1000000000000001" } }',
      'hub: { vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } } }',
      'networks: { core: { reach: hub } }',
      'targets:',
      ...names.map((name) => `  ${name}: { type: https, host: ${name}.acme.test, network: core }`),
      'access:',
      '  - { from: [w], to: ["*"] }',
    ].join('\n');
  const write = (names: readonly string[]) => writeFileSync(join(folder, 'lakegate.yaml'), `${spec(names)}\n`);
  write(five);
  await run('plan', '--write-lock');
  write(five.slice(1));
  const lock = readFileSync(join(folder, 'lakegate.lock.json'), 'utf8');
  const held = JSON.parse((await run('plan', '--json')).out);
  expect(held.infra.endpointServices).toHaveLength(2);
  expect(held.savings).toContainEqual(
    expect.objectContaining({ choice: 'repack', is: 'open', endpoints: 1, services: 1, listeners: 1 }),
  );
  const text = (await run('plan')).out;
  expect(text).toMatch(/1 +1 +1 {2}plan --repack: places again what the lock keeps apart/);
  const again = JSON.parse((await run('plan', '--repack', '--json')).out);
  expect(again.repack).toMatchObject({ saves: { endpoints: 1, services: 1, listeners: 1 } });
  expect(again.infra.endpointServices).toHaveLength(1);
  expect((await run('plan', '--repack')).out).toContain(
    'saves 1 endpoint, 1 endpoint service, 1 listener, and moves 1;',
  );
  expect(readFileSync(join(folder, 'lakegate.lock.json'), 'utf8')).toBe(lock);
  await run('plan', '--repack', '--write-lock');
  expect(JSON.parse((await run('plan', '--json')).out).infra).toEqual(again.infra);
});

test('a broken lock and one of another spec stop every command that plans', async () => {
  writeFileSync(join(folder, 'lakegate.lock.json'), '{');
  for (const command of ['plan', 'prove', 'cost', 'compare']) {
    const { exit, out, err } = await run(command);
    expect([command, exit, out]).toEqual([command, 1, '']);
    expect(err).toContain('LG_LOCK_BROKEN');
  }
  rmSync(join(folder, 'lakegate.lock.json'));
  await run('plan', '--write-lock');
  edit('name: acme-hub', 'name: acme-two');
  expect((await run('plan')).err).toContain('LG_LOCK_OTHER_SPEC');
});

test('trace answers with the reason of each hop; the exit code is 0 for any answer', async () => {
  const reached = await run('trace', '--from', 'analytics', '--to', 'crm-db');
  expect(reached.exit).toBe(0);
  expect(reached.out).toMatch(/pass {2}rule +rule r-\d+ of NCC n-1 lists crm\.c1x2y3\.eu-west-1\.rds\.amazonaws\.com/);
  expect(reached.out).toContain('reaches crm-db');
  const refused = await run('trace', '--from', 'finance', '--to', 'crm.c1x2y3.eu-west-1.rds.amazonaws.com:3306');
  expect(refused.exit).toBe(0);
  expect(refused.out).toContain('refused: LG_NO_RULE');
});

test.each([
  ['analytics', 'crm-db', 'reach', 0],
  ['analytics', 'crm-db', 'refuse', 1],
  ['finance', 'crm-db', 'refuse', 0],
  ['finance', 'crm-db', 'reach', 1],
  ['finance', 'lake', 'refuse', 0],
  ['science', 'lake', 'reach', 0],
])('trace --from %s --to %s --expect %s exits %i', async (from, to, expected, exit) => {
  expect((await run('trace', '--from', from, '--to', to, '--expect', expected)).exit).toBe(exit);
});

test('trace --via dials past DNS: the route still asks who comes', async () => {
  cpSync('examples/https-apis.yaml', join(folder, 'lakegate.yaml'));
  cpSync('examples/search-ca.pem', join(folder, 'search-ca.pem'));
  const outcomeOf = async (...more: readonly string[]) => {
    const { out } = await run('trace', '--from', 'apps', '--to', 'github', '--json', '--accept-not-yet', ...more);
    return JSON.parse(out).traces[0].outcome;
  };
  expect(await outcomeOf()).toEqual({ is: 'refuse', code: 'LG_NO_RULE' });
  expect(await outcomeOf('--via', 's-1')).toEqual({ is: 'refuse', code: 'LG_NOT_GRANTED' });
});

test('trace of a target with a path of another one at its host says so, and has not reached what was asked for', async () => {
  cpSync('examples/https-apis.yaml', join(folder, 'lakegate.yaml'));
  cpSync('examples/search-ca.pem', join(folder, 'search-ca.pem'));
  const ask = (path: string) => run('trace', '--from', 'ml', '--to', 'search-api', '--path', path, '--expect', 'reach');
  expect(await ask('/search/x')).toMatchObject({ exit: 0, err: expect.not.stringContaining('belongs to') });
  expect(await ask('/orders/1')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('the path belongs to orders-api, not to search-api'),
  });
});

test.each([
  [['trace', '--from', 'analytics', '--to', 'crm-db', '--path', 'orders'], '--path orders does not begin with a slash'],
  [['trace', '--from', 'analytix', '--to', 'crm-db'], 'did you mean analytics?'],
  [['trace', '--from', 'analytics', '--to', 'crm-bd'], 'did you mean crm-db?'],
  [['trace', '--from', 'analytics', '--to', 'crm.acme.com:99999'], 'neither a target'],
  [['trace', '--from', 'analytics', '--to', 'crm-db', '--via', 's-99'], 'no endpoint service s-99'],
  [['trace', '--from', 'analytics', '--to', 'crm-db', '--expect', 'maybe'], 'reach or refuse'],
  [['explain', 'LG_NOT_GRANTD'], 'did you mean LG_NOT_GRANTED?'],
])('%j is refused in a sentence', async (argv, sentence) => {
  const { exit, out, err } = await run(...argv);
  expect([exit, out]).toEqual([1, '']);
  expect(err).toContain('LG_USAGE');
  expect(err).toContain(sentence);
});

test('prove counts what it proved', async () => {
  const { exit, out } = await run('prove', '--json');
  expect(exit).toBe(0);
  // analytics and science: 6 targets each, finance: 5; 27 pairs in all
  expect(JSON.parse(out)).toMatchObject({
    holds: true,
    counts: { workspaces: 3, targets: 9, reached: 17, refused: 10 },
  });
  expect((await run('prove')).out).toContain('The proof holds. 17 pairs');
});

test('prove --plan holds a plan that was kept, or changed by hand, to the spec', async () => {
  const path = join(folder, 'plan.json');
  const { out } = await run('plan', '--json');
  writeFileSync(path, out);
  expect((await run('prove', '--plan', 'plan.json')).exit).toBe(0);
  // Somebody takes finance's NCC off a shared target.
  const changed = JSON.parse(out);
  const route = changed.routes.listeners
    .flatMap((listener: { routes: unknown[] }) => listener.routes)
    .find((each: { target: string }) => each.target === 'vault');
  route.allow = ['n-1'];
  writeFileSync(path, JSON.stringify(changed));
  const failed = await run('prove', '--plan', 'plan.json');
  expect(failed.exit).toBe(1);
  expect(failed.out).toContain('The proof fails');
  expect(failed.out).toContain('finance → vault.corp.acme.com:8200');
  const { holds, failures } = JSON.parse((await run('prove', '--plan', 'plan.json', '--json')).out);
  expect(holds).toBe(false);
  expect(failures[0]).toMatchObject({
    kind: 'not-reached',
    question: { from: 'finance' },
    observed: { code: 'LG_NOT_GRANTED' },
  });
});

test.each([
  ['nothing', undefined, 'LG_FILE_UNREADABLE'],
  ['no JSON', '{', 'LG_PLAN_FILE'],
  ['other JSON', '{"infra":{"version":2},"routes":null}', 'LG_PLAN_FILE'],
  ['a document without a plan', '{"infra":null,"routes":null}', 'LG_PLAN_FILE'],
  ['names that would move the cursor', '{"infra":{"version":1,"name":"\\u001b[2J"},"routes":null}', 'LG_PLAN_FILE'],
])('prove --plan of %s says so', async (_, text, code) => {
  if (text !== undefined) writeFileSync(join(folder, 'plan.json'), text);
  const { exit, err, out } = await run('prove', '--plan', 'plan.json');
  expect([exit, out]).toEqual([1, '']);
  expect(err).toContain(code);
  expect(err).not.toContain('\u001b');
});

test('compare and cost: in words and as data', async () => {
  const compared = JSON.parse((await run('compare', '--json')).out);
  expect(compared.strategies.map((each: { name: string; counts: object }) => [each.name, each.counts])).toEqual([
    // vault and cache are granted to two NCCs: 12 endpoints without a hub, one of them for S3
    ['per-target', { endpoints: 11, services: 8, nlbs: 8, listeners: 8, routers: 0 }],
    ['per-network', { endpoints: 9, services: 6, nlbs: 6, listeners: 8, routers: 0 }],
    ['hub', { endpoints: 5, services: 3, nlbs: 3, listeners: 7, routers: 2 }],
  ]);
  expect((await run('compare')).out).toContain('one endpoint per target');
  const cost = JSON.parse((await run('cost', '--json')).out);
  expect(cost.totalUsd).toBeCloseTo(cost.fixedUsd + cost.usageUsd, 2);
  expect(cost.unknown).toContain('private endpoints');
  expect((await run('cost')).out).toContain('A lower bound');
});

test('explain prints one code, or lists all', async () => {
  expect((await run('explain', 'not_granted')).out).toContain('LG_NOT_GRANTED: this NCC was not granted the target');
  const all = JSON.parse((await run('explain', '--json')).out);
  expect(Object.keys(all)).toContain('LG_NO_RULE');
  expect(Object.keys(all)).toEqual(Object.keys(all).toSorted());
});

test('trace: brokers that are reached in the same way are shown once, under the names of plan', async () => {
  cpSync('examples/msk.yaml', join(folder, 'msk.yaml'));
  const { out } = await run('trace', '-f', 'msk.yaml', '--from', 'streaming', '--to', 'events');
  expect(out.split('\n')[0]).toBe(
    'streaming → b-1.events (after apply):9098 (and in the same way b-2.events (after apply), b-3.events (after apply))',
  );
  expect(out.match(/reaches events/g)).toHaveLength(1);
  expect(out).not.toContain('after-apply.invalid');
  const wide = await run('trace', '-f', 'msk.yaml', '--from', '*', '--to', '*');
  expect(wide.out).toBe(`${out.split('\n')[0]}  reaches events`);
});
