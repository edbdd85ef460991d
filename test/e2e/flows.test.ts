import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveRouter } from '../../src/app/router/index.ts';
import { type FlowRecord, flowRecordShape } from '../../src/ir/index.ts';
import { startFlowSocket } from '../../src/router/index.ts';
import { setupOf } from '../conformance/setup.ts';
import { temporaryFolder } from '../support/file-systems.ts';
import { answeredFlow, flowRecords } from '../support/flow-records.ts';
import { lakegate, lakegateIn } from './cli.ts';

const token = 'a-token-of-some-length';
let folder: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The arguments that lead to a socket with these records. */
async function served(records: readonly FlowRecord[] = flowRecords): Promise<readonly string[]> {
  const source = {
    readFlows(since: number, most: number) {
      const read = records.slice(since, since + most);
      const next = since + read.length;
      return { records: read, next, lost: 0, hasMore: next < records.length };
    },
  };
  const at = { by: 'unix', path: join(folder, 'flows.sock') } as const;
  const socket = await startFlowSocket({ at, token, sources: () => [source] });
  closing.push(() => socket.close());
  return ['flows', '--router', 'unix:flows.sock', '--token-file', 'token'];
}

describe('flows of a running router', () => {
  test('are shown a line each', async () => {
    const { exit, out } = await lakegate(folder, ...(await served()));
    expect(exit).toBe(0);
    expect(out.split('\n')).toEqual([
      '2026-11-24T09:15:02.118Z 200 POST https://api.corp.acme.com/orders/v1/search?page=2&access_token=redacted:51c0e7d2 → orders-api for analytics,science, http/1.1, 33.0 ms, in 54 out 20411 bytes',
      '2026-11-24T09:15:03.402Z 403 DELETE https://api.corp.acme.com/billing/v1/admin/users/7 → billing for sandbox, http/1.1, 0.3 ms, in 0 out 143 bytes, refused LG_PATH_DENIED: the path /billing/v1/admin/users/7 is denied by /v1/admin/** of billing',
      '2026-11-24T09:15:04.077Z 200 POST https://grpc.corp.acme.com/feast.ServingService/GetOnlineFeatures → features for analytics,science, h2, 18.4 ms, in 118 out 0 bytes, refused LG_UPSTREAM_CERTIFICATE: the certificate of grpc.internal.acme.com:443 is not for grpc.internal.acme.com',
      '2026-11-24T09:15:05.960Z 101 GET https://events.corp.acme.com/stream → events-ws for analytics,science, http/1.1, 912004 ms, in 9120 out 4881204 bytes, cut',
    ]);
  });

  test('are chosen by filters and number', async () => {
    const line = await served();
    const seqs = async (...more: string[]): Promise<readonly number[]> =>
      JSON.parse((await lakegate(folder, ...line, '--json', ...more)).out).flows.map(({ seq }: FlowRecord) => seq);
    expect(await seqs('--limit', '2')).toEqual([3, 4]);
    expect(await seqs('--status', 'refused')).toEqual([2, 3]);
    expect(await seqs('--target', 'billing')).toEqual([2]);
    expect(await seqs('--workspace', 'science', '--path', '/stream')).toEqual([4]);
  });

  test('none of which was asked for are said to be none, and none at all', async () => {
    const chosen = await lakegate(folder, ...(await served()), '--workspace', 'typo');
    expect(chosen).toEqual({ exit: 0, out: '', err: 'no request matches --workspace typo' });
    await closing.pop()?.();
    expect((await lakegate(folder, ...(await served([])))).err).toBe('the router has recorded no request yet');
  });

  test('that cannot be had come with what to do', async () => {
    const { err } = await lakegate(folder, 'flows', '--router', 'unix:none.sock', '--token-file', 'token');
    expect(err).toMatch(/^error LG_FLOWS no router serves flows at .*\n {2}hint: start the router with --flows/);
  });

  test('are more than one page', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({ ...answeredFlow, id: `r${i}` }));
    const line = await served(many);
    const { out } = await lakegate(folder, ...line, '--json', '--limit', '1500');
    const ids = JSON.parse(out).flows.map(({ id }: FlowRecord) => id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([1500, 'r1000', 'r2499']);
    // The last hundred, although a page of bytes may end before.
    const big = many.slice(0, 300).map((one) => ({ ...one, request: { ...one.request, path: 'x'.repeat(60_000) } }));
    await closing.pop()?.();
    const last = JSON.parse((await lakegate(folder, ...(await served(big)), '--json')).out).flows;
    expect([last.length, last[0].id, last.at(-1).id]).toEqual([100, 'r200', 'r299']);
  });

  test('are followed until SIGINT, one document a line', async () => {
    const stop = new AbortController();
    const lines: string[] = [];
    const print = (text: string): void => {
      lines.push(text);
      if (lines.length === flowRecords.length) stop.abort();
    };
    const context = { cwd: folder, print, interrupted: stop.signal };
    const { exit } = await lakegateIn(context, ...(await served()), '--follow', '--json');
    expect(exit).toBe(0);
    expect(lines.map((line) => flowRecordShape.parse(JSON.parse(line)))).toEqual(flowRecords);
  });

  test('are written as HAR, again and again, for their owner alone', async () => {
    const line = [...(await served()), '--har', 'flows.har'];
    for (const more of [[], ['--status', 'refused']]) {
      expect(await lakegate(folder, ...line, ...more)).toMatchObject({ exit: 0, out: '' });
    }
    const path = join(folder, 'flows.har');
    expect(JSON.parse(readFileSync(path, 'utf8')).log.entries).toHaveLength(2);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('are not shown to who has not the token, and where there is no router', async () => {
    const line = await served();
    writeFileSync(join(folder, 'token'), 'another-token-altogether');
    expect(await lakegate(folder, ...line)).toEqual({
      exit: 1,
      out: '',
      err: `error LG_FLOWS the router at unix:${join(folder, 'flows.sock')} refuses: the token is not the one of this router
  hint: start the router with --flows and --flows-token, and give the same place and the same file of the token here`,
    });
    const nowhere = ['flows', '--router', '127.0.0.1:1', '--token-file', 'token', '--json'];
    const { exit, out } = await lakegate(folder, ...nowhere);
    expect([exit, JSON.parse(out).diagnostics[0]]).toMatchObject([
      1,
      { code: 'LG_FLOWS', message: 'no router serves flows at 127.0.0.1:1 (ECONNREFUSED)' },
    ]);
    const noToken = ['flows', '--router', 'unix:flows.sock', '--token-file', 'none'];
    expect((await lakegate(folder, ...noToken)).err).toContain('error LG_FLOWS the token in');
  });
});

describe('flows of a log', () => {
  const log = (): string => join(folder, 'router.log');

  test('are found among other lines, also in the envelope of a collector', async () => {
    const line = (record: FlowRecord): string => JSON.stringify({ level: 30, flow: { ...record, seq: 0 } });
    const [first, second] = flowRecords;
    if (!first || !second) throw new Error('no samples');
    const lines = [
      '{"level":30,"note":"router carries connections"}',
      line(first),
      'not JSON with "flow" in it',
      '{"flow":{"version":9}}',
      JSON.stringify({ timestamp: 1, message: line(second) }),
      '{"level":30,"flow":',
    ];
    writeFileSync(log(), lines.join('\n'));
    const { out } = await lakegate(folder, 'flows', '--log', 'router.log', '--json');
    expect(JSON.parse(out)).toEqual({ flows: [first, second].map((one) => ({ ...one, seq: 0 })), dropped: 0 });
    expect((await lakegate(folder, 'flows', '--log', 'router.log', '--status', '403')).out.split('\n')).toHaveLength(1);
  });

  test('that holds nothing that was asked for is said to', async () => {
    const [first, second] = flowRecords;
    writeFileSync(log(), [first, second].map((flow) => JSON.stringify({ flow })).join('\n'));
    const shown = await lakegate(folder, 'flows', '--log', 'router.log', '--target', 'typo', '--status', '5xx');
    expect(shown).toEqual({ exit: 0, out: '', err: 'no request of 2 matches --target typo --status 5xx' });
    writeFileSync(log(), '{"version":1}\n');
    expect((await lakegate(folder, 'flows', '--log', 'router.log')).err).toContain('has no record of a request');
    expect((await lakegate(folder, 'flows', '--log', 'router.log', '--json')).err).toBe('');
  });

  test('that is not there is said', async () => {
    const { exit, err } = await lakegate(folder, 'flows', '--log', 'none.log');
    expect([exit, err]).toEqual([1, expect.stringMatching(/^error LG_FILE_UNREADABLE none.log does not exist/)]);
  });

  test('cannot make a terminal act', async () => {
    const path = '/\u001b[2J\u202e';
    const flow = { ...answeredFlow, request: { ...answeredFlow.request, path } };
    writeFileSync(log(), JSON.stringify({ flow }));
    const { out } = await lakegate(folder, 'flows', '--log', 'router.log');
    expect(out).toContain('/\\u{1b}[2J\\u{202e}');
  });
});

test.each([
  [[], 'say where the records come from: --router unix:PATH with --token-file FILE, or --log FILE'],
  [
    ['--router', 'unix:a', '--log', 'b'],
    'say where the records come from: --router unix:PATH with --token-file FILE, or --log FILE',
  ],
  [
    ['--router', 'example.com:80', '--token-file', 't'],
    '--router example.com:80 is neither unix:PATH nor ADDRESS:PORT',
  ],
  [['--router', '10.0.0.1:80', '--token-file', 't'], '--router 10.0.0.1:80 is not on this machine'],
  [['--router', '[fe80::1]:80', '--token-file', 't'], '--router [fe80::1]:80 is not on this machine'],
  [['--router', 'unix:a'], '--router needs --token-file FILE: the file of lakegate router --flows-token'],
  [['--log', 'a', '--token-file', 't'], '--token-file is for --router'],
  [['--log', 'a', '--follow'], '--follow reads a log as it comes: tail -F a | lakegate flows --log - --follow'],
  [['--log', '-', '--follow', '--har', 'h'], '--har writes what there is now; --follow never comes to an end'],
  [['--log', 'a', '--har', 'h', '--json'], '--har and --json are two forms of output; choose one'],
  [['--log', 'a', '--port', '1'], '--port is for --web'],
  [['--log', 'a', '--web', '--port', '65536'], '--port 65536 is not a number from 0 to 65535'],
  [['--log', '-', '--web', '--follow'], '--web follows by itself; leave --follow out'],
  [['--log', 'a', '--web', '--har', 'h'], '--har writes a file; the page of --web exports HAR by itself'],
  [['--log', 'a', '--limit', '0'], '--limit 0 is not a number from 1 to 100000'],
  [['--log', 'a', '--status', '9'], '--status 9 is neither a status such as 503, nor 5xx, refused or bad'],
])('flows %j is refused', async (args, message) => {
  const { exit, out, err } = await lakegate(folder, 'flows', ...args);
  expect([exit, `${out}${err}`]).toEqual([1, expect.stringContaining(message)]);
});

describe('a router that serves flows', () => {
  const serving = async (tokenFile: string, host = '127.0.0.1') => {
    const stop = new AbortController();
    const lines: string[] = [];
    let tell = (): void => {};
    const started = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const { plan, policy } = setupOf([]);
    const files = { routes: join(folder, 'routes.json') };
    writeFileSync(files.routes, JSON.stringify(plan));
    const flows = { at: { by: 'tcp', host, port: 0 } as const, tokenFile: join(folder, tokenFile) };
    const options = { workers: 1, log: 'text', drainMs: 0, admin: undefined, plaintextCancel: 'pass' } as const;
    const ended = serveRouter(
      { files, config: { plan, policy }, ...options, flows },
      {
        interrupted: stop.signal,
        onHangup: () => () => {},
        entry: { module: '', args: [] },
        logTo: {
          write(line) {
            lines.push(line);
            if (line.includes('carries connections')) tell();
          },
        },
      },
    );
    return { ended, started, stop: () => stop.abort(), lines };
  };

  test('makes its token, and is read with it', async () => {
    const router = await serving('made');
    await router.started;
    const made = join(folder, 'made');
    expect(statSync(made).mode & 0o777).toBe(0o600);
    expect(readFileSync(made, 'utf8').length).toBeGreaterThan(40);
    const place = /flows at (\S+)/.exec(router.lines.join())?.[1] ?? '';
    const line = ['flows', '--router', place, '--token-file', 'made', '--json'];
    expect(await lakegate(folder, ...line)).toEqual({ exit: 0, out: '{"flows":[],"dropped":0}', err: '' });
    router.stop();
    expect(await router.ended).toBeUndefined();
  });

  test('does not start with a token that others may read, that can be guessed, or for other machines', async () => {
    chmodSync(join(folder, 'token'), 0o644);
    expect(await (await serving('token')).ended).toMatchObject({
      message: expect.stringContaining('other users may read'),
    });
    writeFileSync(join(folder, 'short'), 'abc', { mode: 0o600 });
    expect(await (await serving('short')).ended).toMatchObject({ message: expect.stringContaining('holds no token') });
    expect(await (await serving('new', '0.0.0.0')).ended).toMatchObject({
      message: expect.stringContaining('loopback'),
    });
    expect(existsSync(join(folder, 'routes.json'))).toBe(true);
  });

  test.each([
    [['--flows', 'unix:a'], '--flows needs --flows-token FILE: what readers must show'],
    [['--flows-token', 'a'], '--flows-token says who may read flows, and --flows is not given'],
    [['--flows', 'here', '--flows-token', 'a'], '--flows here is neither unix:PATH nor ADDRESS:PORT'],
  ])('router %j is refused', async (args, message) => {
    const { exit, err } = await lakegate(folder, 'router', '--routes', 'routes.json', ...args);
    expect([exit, err]).toEqual([1, `error LG_USAGE ${message}`]);
  });
});
