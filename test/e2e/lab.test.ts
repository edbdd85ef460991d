import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabReport, PairResult } from '../../src/lab/index.ts';
import { lakegate, lakegateIn, type Ran } from './cli.ts';

/** PostgreSQL starts on a machine that other tests keep busy. */
const slowMs = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'lakegate-e2e-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function checked(file: string): Promise<{ exit: number; report: LabReport }> {
  const { exit, out, err } = await lakegate(process.cwd(), 'lab', '-f', file, '--once', '--json');
  expect(out, err).not.toBe('');
  return { exit, report: JSON.parse(out) as LabReport };
}

const hubRouter = resolve('examples/hub-router.yaml');
let hub: { exit: number; report: LabReport };
beforeAll(async () => {
  hub = await checked(hubRouter);
}, slowMs);

const withoutTime = ({ ms: _, ...pair }: PairResult): Omit<PairResult, 'ms'> => pair;
const between = (report: LabReport, from: string, to: string): readonly PairResult[] =>
  report.pairs.filter((pair) => pair.from === from && pair.to === to && pair.via === undefined);

test('hub-router: every pair is as granted, and each answer is of the right server', () => {
  const { exit, report } = hub;
  expect(report.pairs.filter((pair) => !pair.passed)).toEqual([]);
  expect({ exit, failed: report.failed, passed: report.passed }).toEqual({
    exit: 0,
    failed: 0,
    passed: report.pairs.length,
  });
  expect(between(report, 'analytics', 'orders-db')).toMatchObject([
    { observed: 'reach', server: 'orders-db', certificate: 'orders-db', port: 5432 },
  ]);
  expect(between(report, 'finance', 'ledger')).toMatchObject([{ observed: 'reach', server: 'ledger', standIn: true }]);
  expect(between(report, 'finance', 'orders-db')).toMatchObject([{ observed: 'refuse', code: 'LG_NO_RULE' }]);
  expect(between(report, 'analytics', 'lake')).toMatchObject([{ observed: 'reach', server: 'lake' }]);
  expect(between(report, 'finance', 'lake')).toMatchObject([{ observed: 'refuse', code: 'LG_NO_RULE' }]);
});

test('hub-router: a name that was not granted, claimed at an endpoint of the workspace, is refused by the router', () => {
  const past = hub.report.pairs.filter((pair) => pair.via !== undefined);
  expect(past.length).toBeGreaterThan(0);
  for (const pair of past) expect(pair).toMatchObject({ observed: 'refuse', code: 'LG_NAME_UNKNOWN' });
});

test(
  'one grant taken away turns exactly that pair into a refusal',
  async () => {
    const text = readFileSync(hubRouter, 'utf8');
    const broken = text.replace(
      '{ from: ["*"], to: [vault, cache] }',
      '{ from: ["*"], to: [cache] }\n  - { from: [analytics, science], to: [vault] }',
    );
    expect(broken).not.toBe(text);
    const file = join(folder, 'one-grant-less.yaml');
    writeFileSync(file, broken);
    const { exit, report } = await checked(file);
    expect({ exit, failed: report.failed }).toEqual({ exit: 0, failed: 0 });
    const byName = (all: LabReport) => all.pairs.filter((pair) => pair.via === undefined).map(withoutTime);
    const changed = byName(report).filter(
      (pair) =>
        !byName(hub.report).some(
          (was) => was.host === pair.host && was.from === pair.from && was.observed === pair.observed,
        ),
    );
    expect(changed).toMatchObject([{ from: 'finance', to: 'vault', observed: 'refuse', code: 'LG_NO_RULE' }]);
  },
  slowMs,
);

test(
  'https-apis: targets of one service are told apart by the NCC that asks',
  async () => {
    const { exit, report } = await checked(resolve('examples/https-apis.yaml'));
    expect(report.pairs.filter((pair) => !pair.passed)).toEqual([]);
    expect({ exit, failed: report.failed }).toEqual({ exit: 0, failed: 0 });
    const past = report.pairs.filter((pair) => pair.from === 'apps' && pair.to === 'github' && pair.via !== undefined);
    expect(past).toMatchObject([{ observed: 'refuse', code: 'LG_NOT_GRANTED' }]);
    const inspected = report.targets.flatMap(({ name, inspection }) => (inspection ? [[name, inspection]] : []));
    expect(inspected).toEqual(['billing', 'orders-api', 'search-api', 'github'].map((name) => [name, 'inspected']));
    const paths = report.pairs.filter(({ path, from, via }) => path !== undefined && from === 'apps' && !via);
    expect(paths.map(({ host, path, server, code }) => [host + path, server ?? code])).toEqual([
      ['billing.corp.acme.com/v1/lakegate-lab', 'billing'],
      ['billing.corp.acme.com/v1/admin/lakegate-lab', 'LG_PATH_DENIED'],
      ['api.corp.acme.com/orders', 'orders-api'],
      ['api.corp.acme.com/search', 'LG_NOT_GRANTED'],
      ['api.github.com/repos/acme/lakegate-lab', 'LG_NO_RULE'],
      ['api.corp.acme.com/lakegate-lab', 'LG_PATH_UNKNOWN'],
    ]);
    expect(paths.every(({ certificate }) => certificate === undefined)).toBe(true); // not the target's own
    const records = paths.map(({ flow }) => flow && [flow.request.path, flow.response?.status, flow.refusal?.code]);
    expect(records).toEqual([
      ['/v1/lakegate-lab', 200, undefined],
      ['/v1/admin/lakegate-lab', 403, 'LG_PATH_DENIED'],
      ['/orders', 200, undefined],
      ['/search', 403, 'LG_NOT_GRANTED'],
      undefined,
      ['/lakegate-lab', 404, 'LG_PATH_UNKNOWN'],
    ]);
  },
  slowMs,
);

test(
  'msk: the stand-in of each broker answers under its name',
  async () => {
    const { exit, report } = await checked(resolve('examples/msk.yaml'));
    expect({ exit, failed: report.failed }).toEqual({ exit: 0, failed: 0 });
    expect(report.pairs.filter((pair) => pair.server === 'events' && pair.standIn)).toHaveLength(3);
  },
  slowMs,
);

test('an unknown extension is a usage error', async () => {
  const { exit, err } = await lakegate(process.cwd(), 'lab', '-f', hubRouter, '--once', '--with', 'mainframe');
  expect(exit).toBe(1);
  expect(err).toContain('LG_USAGE --with mainframe');
});

test(
  'it stays up for SOCKS clients, and an interrupt ends it and takes its files along',
  async () => {
    const stop = new AbortController();
    const text = await new Promise<string>((done, failed) => {
      const context = {
        interrupted: stop.signal,
        print: (printed: string) => printed.includes('The lab stays up') && done(printed),
      };
      ended = lakegateIn(context, 'lab', '-f', resolve('examples/https-apis.yaml'));
      ended.then(({ err }) => failed(new Error(`it ended: ${err}`)), failed);
    });
    const ca = / CAs: (\S+)/.exec(text)?.[1] ?? '';
    const port = Number(/apps: SOCKS5 127\.0\.0\.1:([0-9]+)/.exec(text)?.[1]);
    expect(text).toContain('https://api.corp.acme.com/search   # not granted: the router refuses it');
    const cas = readFileSync(ca, 'utf8');
    expect(await throughSocks(port, 'git.corp.acme.com', cas)).toContain('"server":"git"');
    expect(await throughSocks(port, 'billing.corp.acme.com', cas)).toContain('LG_PATH_DENIED');
    expect(await throughSocks(port, 'api.github.com', '')).toBe('SOCKS reply 4');
    const [, place = '', token = ''] = /lakegate flows --router (\S+) --token-file (\S+)/.exec(text) ?? [];
    const flows = await lakegate(
      process.cwd(),
      'flows',
      '--router',
      place,
      '--token-file',
      token,
      '--path',
      '/',
      '--limit',
      '1',
    );
    expect(flows.out).toMatch(/403 GET https:\/\/billing\.corp\.acme\.com\/ → billing for apps, .*LG_PATH_DENIED/);
    stop.abort();
    expect((await ended).exit).toBe(0);
    expect(existsSync(ca)).toBe(false);
  },
  slowMs,
);

let ended: Promise<Ran>;

/** What `curl --proxy socks5h://` does, in few words. */
async function throughSocks(port: number, host: string, ca: string): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1');
  try {
    socket.write(Buffer.of(5, 1, 0));
    await nextBytes(socket);
    socket.write(Buffer.from([5, 1, 0, 3, host.length, ...Buffer.from(host), 1, 187]));
    const [, reply] = await nextBytes(socket);
    if (reply !== 0) return `SOCKS reply ${reply}`;
    const tls = connectTls({ socket, servername: host, ca });
    tls.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    let answer = '';
    for await (const chunk of tls) answer += String(chunk);
    return answer;
  } finally {
    socket.destroy();
  }
}

const nextBytes = async (socket: Socket): Promise<Buffer> => ((await once(socket, 'data')) as [Buffer])[0];
