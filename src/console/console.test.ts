import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answeredFlow, flowRecords } from '../../test/support/flow-records.ts';
import { type FlowConsole, startConsole } from './console.ts';
import { followersMax } from './followers.ts';
import type { FollowLine } from './view/messages.ts';

let folder: string;
let shown: FlowConsole;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakegate-console-'));
  for (const file of ['index.html', 'page.js', 'page.css', 'icon.svg']) await writeFile(join(folder, file), file);
  shown = await startConsole({
    ...{ source: 'a test', port: 0, page: folder },
    har: (records) => ({ ids: records.map(({ id }) => id) }),
    limits: { records: 1_200, characters: 1 << 26 },
  });
});

afterEach(async () => {
  await shown.close();
  await rm(folder, { recursive: true });
});

const token = (): string => new URL(shown.url).hash.replace('#token=', '');

interface Answer {
  readonly status: number;
  readonly fields: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = { authorization: `Bearer ${token()}`, ...headers };
    const asking = request(
      { host: '127.0.0.1', port: shown.port, path, method, headers: all, agent: false },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, fields: answer.headers, text }));
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}

/** Reads lines until one is the last wanted. */
async function follow(query: string, isLast: (line: FollowLine) => boolean): Promise<FollowLine[]> {
  const stop = new AbortController();
  const { body } = await fetch(`http://127.0.0.1:${shown.port}/api/follow?${query}`, {
    headers: { authorization: `Bearer ${token()}` },
    signal: stop.signal,
  });
  const lines: FollowLine[] = [];
  let rest = '';
  for await (const chunk of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((part) => JSON.parse(part) as FollowLine));
    if (lines.some(isLast)) break;
  }
  stop.abort();
  return lines;
}

const numbers = (lines: readonly FollowLine[]): number[] =>
  lines.flatMap((line) => (line.is === 'rows' ? line.rows.map(({ n }) => n) : []));

test('the page is served to anybody on this machine, and holds nothing', async () => {
  for (const [path, file] of [
    ['/', 'index.html'],
    ['/page.js', 'page.js'],
    ['/page.css', 'page.css'],
    ['/icon.svg', 'icon.svg'],
  ] as const)
    expect(await ask(path, { authorization: '' })).toMatchObject({ status: 200, text: file });
});

test('every answer forbids scripts of others, frames, referrers and storage', async () => {
  for (const path of ['/', '/page.js', '/api/har', '/api/flows/1', '/none']) {
    const { fields } = await ask(path);
    expect(fields).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = String(fields['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
  }
});

test.each([
  ['a wrong token', { authorization: 'Bearer nonsense' }, 401],
  ['no token', { authorization: '' }, 401],
  ['a foreign Host', { host: 'attacker.test' }, 421],
  ['a foreign Origin', { origin: 'https://attacker.test' }, 403],
  ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
])('%s gets nothing', async (_, headers, status) => {
  shown.record(answeredFlow);
  for (const path of ['/api/follow', '/api/flows/1', '/api/har']) {
    const answer = await ask(path, headers);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('orders');
  }
});

test('only GET, and only what is there', async () => {
  expect((await ask('/', {}, 'POST')).status).toBe(405);
  for (const path of ['/api/flows/x', '/api/flows/7', '/../package.json', '//', '/page.js/x', '/%00'])
    expect((await ask(path)).status).toBe(404);
});

test('a record with the text of its code', async () => {
  for (const record of flowRecords) shown.record(record);
  const detail = JSON.parse((await ask('/api/flows/2')).text);
  expect(detail.record).toEqual(flowRecords[1]);
  expect(detail.explanation).toMatchObject({ title: expect.any(String), fix: expect.any(String) });
  expect(JSON.parse((await ask('/api/flows/1')).text)).not.toHaveProperty('explanation');
});

test('a code of another version of the router has no text', async () => {
  shown.record({ ...answeredFlow, refusal: { code: 'constructor', why: 'w' } });
  expect(JSON.parse((await ask('/api/flows/1')).text)).not.toHaveProperty('explanation');
});

test('HAR of what the filter lets through', async () => {
  for (const record of flowRecords) shown.record(record);
  expect(JSON.parse((await ask('/api/har?status=refused&text=users')).text)).toEqual({ ids: [flowRecords[1]?.id] });
});

test('a page follows: what is here, then what comes, and how the source is', async () => {
  shown.record(answeredFlow);
  const reading = follow('since=0', (line) => line.is === 'state' && line.state.is === 'lost');
  const second = { ...answeredFlow, id: 'second' };
  await new Promise((resolve) => setImmediate(resolve));
  shown.record(second);
  shown.dropped(3);
  shown.dropped(4);
  shown.state('lost', 'it went away');
  const lines = await reading;
  expect(lines[0]).toMatchObject({ is: 'hello', source: 'a test', keep: 1_200 });
  expect(lines).toContainEqual({ is: 'state', state: { is: 'lost', why: 'it went away', dropped: 7 } });
});

test('a page that comes back goes on where it was; after a new start it begins again', async () => {
  for (let n = 1; n <= 1_300; n += 1) shown.record({ ...answeredFlow, id: `a-${n}` });
  const all = await follow('since=0', (line) => line.is === 'rows' && line.rows.at(-1)?.n === 1_300);
  expect(numbers(all)).toEqual(Array.from({ length: 1_200 }, (_, at) => at + 101));
  const hello = all[0]?.is === 'hello' ? all[0].run : '';
  const last = (line: FollowLine) => line.is === 'rows' && line.rows.at(-1)?.n === 1_300;
  expect(numbers(await follow(`run=${hello}&since=1298`, last))).toEqual([1_299, 1_300]);
  expect(numbers(await follow('run=another&since=1298', last))).toHaveLength(1_200);
});

test('more pages than there are places for are told so', async () => {
  const stop = new AbortController();
  const headers = { authorization: `Bearer ${token()}` };
  const url = `http://127.0.0.1:${shown.port}/api/follow`;
  const open = () => fetch(url, { headers, signal: stop.signal });
  const answers = await Promise.all(Array.from({ length: followersMax + 1 }, open));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(followersMax).fill(200), 503]);
  stop.abort();
});

test('it listens on loopback alone, with another token at each start', async () => {
  const other = await startConsole({ source: '', port: 0, page: folder, har: () => ({}) });
  expect(new URL(other.url).hostname).toBe('127.0.0.1');
  expect(token().length).toBeGreaterThanOrEqual(32);
  expect(new URL(other.url).hash).not.toBe(new URL(shown.url).hash);
  await other.close();
});

test('a port that is taken is an error of the system', async () => {
  await expect(startConsole({ source: '', port: shown.port, page: folder, har: () => ({}) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
