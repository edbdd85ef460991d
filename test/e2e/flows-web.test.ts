import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FlowRecord } from '../../src/ir/index.ts';
import { type FlowSocket, startFlowSocket } from '../../src/router/index.ts';
import { temporaryFolder } from '../support/file-systems.ts';
import { answeredFlow, flowRecords } from '../support/flow-records.ts';
import { lakegate, lakegateIn, type Ran } from './cli.ts';

let folder: string;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  folder = temporaryFolder();
  closing = [];
  writeFileSync(join(folder, 'token'), 'a-token-of-some-length\n', { mode: 0o600 });
});
afterEach(async () => {
  for (const close of closing) await close();
});

interface Page {
  readonly url: URL;
  readonly ended: Promise<Ran>;
  stop(): void;
}

/** Starts the command, until it has printed the address of its page. */
async function start(...argv: readonly string[]): Promise<Page> {
  const stop = new AbortController();
  let printed = (_url: URL): void => {};
  const url = new Promise<URL>((resolve) => {
    printed = resolve;
  });
  const print = (text: string): void => printed(new URL(JSON.parse(text).url));
  const ended = lakegateIn({ cwd: folder, print, interrupted: stop.signal }, 'flows', ...argv, '--web', '--json');
  closing.push(async () => {
    stop.abort();
    await ended;
  });
  return {
    url: await Promise.race([url, ended.then((ran) => Promise.reject(new Error(JSON.stringify(ran))))]),
    ended,
    stop: () => stop.abort(),
  };
}

const authorization = (url: URL): string => `Bearer ${url.hash.replace('#token=', '')}`;

/** Lines of the page's stream until one says what is waited for. */
async function lines(url: URL, until: string): Promise<string> {
  const stop = new AbortController();
  const response = await fetch(new URL('/api/follow', url), {
    headers: { authorization: authorization(url) },
    signal: stop.signal,
  });
  expect(response.status).toBe(200);
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes(until)) break;
  }
  stop.abort();
  return text;
}

const har = async (url: URL) => {
  const answer = await fetch(new URL('/api/har', url), { headers: { authorization: authorization(url) } });
  return (await answer.json()) as { readonly log: { readonly version: string; readonly entries: readonly unknown[] } };
};

/** A flow socket as a router has it. */
async function socket(records: readonly FlowRecord[]): Promise<FlowSocket> {
  const source = {
    readFlows(since: number, most: number) {
      const read = records.slice(since, since + most);
      const next = since + read.length;
      return { records: read, next, lost: 0, hasMore: next < records.length };
    },
  };
  const at = { by: 'unix', path: join(folder, 'flows.sock') } as const;
  const made = await startFlowSocket({ at, token: 'a-token-of-some-length', sources: () => [source] });
  closing.push(() => made.close());
  return made;
}

const ofRouter = ['--router', 'unix:flows.sock', '--token-file', 'token'];

test('a page of a log: its records, HAR of them, and that it has been read', async () => {
  writeFileSync(join(folder, 'router.log'), flowRecords.map((flow) => JSON.stringify({ flow })).join('\n'));
  const { url, ended, stop } = await start('--log', 'router.log', '--status', 'refused');
  expect(url.hostname).toBe('127.0.0.1');
  const text = await lines(url, '"ended"');
  expect(text).toContain('"source":"log router.log"');
  expect(text).toContain('LG_PATH_DENIED');
  expect(text).not.toContain('/stream');
  const { log } = await har(url);
  expect([log.version, log.entries.length]).toEqual(['1.2', 2]);
  stop();
  expect(await ended).toMatchObject({ exit: 0 });
});

test('a page of a router: its records, and once more after the router was gone', async () => {
  const router = await socket(flowRecords);
  const { url, ended, stop } = await start(...ofRouter);
  expect(await lines(url, '/stream')).toContain('"is":"connected"');
  await router.close();
  expect(await lines(url, '"lost"')).toMatch(/has ended|no router serves flows/);
  await socket([
    ...flowRecords,
    { ...answeredFlow, id: 'after', request: { ...answeredFlow.request, path: '/after' } },
  ]);
  const text = await lines(url, '/after');
  expect(text.split('/stream')).toHaveLength(2);
  stop();
  expect(await ended).toMatchObject({ exit: 0 });
});

test('without a router, with a wrong token, without a log: said at once, and no page', async () => {
  expect((await lakegate(folder, 'flows', ...ofRouter, '--web')).err).toMatch(/^error LG_FLOWS no router serves flows/);
  await socket(flowRecords);
  writeFileSync(join(folder, 'token'), 'another-token-altogether');
  expect((await lakegate(folder, 'flows', ...ofRouter, '--web')).err).toContain('the token is not the one');
  expect(await lakegate(folder, 'flows', '--log', 'none.log', '--web')).toEqual({
    ...{ exit: 1, out: '' },
    err: expect.stringMatching(/^error LG_FILE_UNREADABLE none.log does not exist/),
  });
});

test('a port that is taken', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  closing.push(async () => void taken.close());
  const bound = taken.address();
  const port = String(typeof bound === 'object' ? bound?.port : 0);
  writeFileSync(join(folder, 'router.log'), '');
  const ran = await lakegate(folder, 'flows', '--log', 'router.log', '--web', '--port', port);
  expect(ran).toMatchObject({ exit: 1, out: '' });
  expect(ran.err).toMatch(/^error LG_CONSOLE the page cannot be served: .*EADDRINUSE/);
});
