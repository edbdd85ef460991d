import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answeredFlow, flowRecords } from '../../../test/support/flow-records.ts';
import type { FlowRecord } from '../../ir/index.ts';
import { type FlowSocket, type FlowSource, startFlowSocket } from '../../router/index.ts';
import { FlowsClient } from './client.ts';

const token = 'a-token-of-some-length';
let folder: string;
const closing: (() => Promise<void> | void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lakegate-flows-'));
  closing.push(() => rmSync(folder, { recursive: true }));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const sourceOf = (records: readonly FlowRecord[]): FlowSource => ({
  readFlows(since, most) {
    const read = records.slice(since, since + most);
    const next = since + read.length;
    return { records: read, next, lost: 0, hasMore: next < records.length };
  },
});

async function serving(records: readonly FlowRecord[] = flowRecords): Promise<{ socket: FlowSocket; port: number }> {
  const source = sourceOf(records);
  const at = { by: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const socket = await startFlowSocket({ at, token, sources: () => [source] });
  closing.push(() => socket.close());
  return { socket, port: socket.at.by === 'tcp' ? socket.at.port : 0 };
}

const clientOf = ({ socket }: { readonly socket: FlowSocket }, shown = token): FlowsClient =>
  new FlowsClient(socket.at, shown);

/** Status and text of a question with these fields. */
async function ask(port: number, path: string, fields: Record<string, string> = {}, method = 'GET') {
  const headers = { authorization: `Bearer ${token}`, ...fields };
  const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  asking.end();
  const [response] = await once(asking, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, text };
}

describe('a reader with the token', () => {
  test('gets the last records, those behind a number, and those that match', async () => {
    const served = await serving();
    const client = clientOf(served);
    expect(await client.read({})).toEqual({ flows: flowRecords, next: 4, dropped: 0 });
    expect((await client.read({ limit: 2 })).flows.map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await client.read({ since: 1, limit: 2 })).toMatchObject({ next: 3, flows: [{ seq: 2 }, { seq: 3 }] });
    expect((await client.read({ status: 'refused', workspace: 'sandbox' })).flows).toEqual([flowRecords[1]]);
    expect(await client.read({ since: 4 })).toEqual({ flows: [], next: 4, dropped: 0 });
  });

  test('follows: those that are there, then those that come', async () => {
    const records = [...flowRecords];
    const served = await serving(records);
    const stop = new AbortController();
    const ids: string[] = [];
    await clientOf(served).follow(
      { limit: 1 },
      {
        record({ id }) {
          ids.push(id);
          if (ids.length === 1) records.push({ ...answeredFlow, id: 'new' });
          else stop.abort();
        },
        dropped: () => {},
      },
      stop.signal,
    );
    expect(ids).toEqual(['7f3a9c21-4', 'new']);
  });

  test('is told when the router ends', async () => {
    const { socket } = await serving();
    const following = clientOf({ socket }).follow(
      { limit: 1 },
      { record: () => void socket.close(), dropped: () => {} },
      new AbortController().signal,
    );
    await expect(following).rejects.toThrow('has ended');
  });

  test('over a file: for its owner alone, and taken over from a router that is gone', async () => {
    const path = join(folder, 'flows.sock');
    const source = sourceOf(flowRecords);
    const start = () => startFlowSocket({ at: { by: 'unix', path }, token, sources: () => [source] });
    // What a router leaves behind that was killed: a socket that nobody listens to.
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(path, resolve));
    await expect(start()).rejects.toThrow('in use');
    const { default: fs } = await import('node:fs');
    fs.renameSync(path, `${path}.kept`);
    await new Promise((resolve) => dead.close(resolve));
    fs.renameSync(`${path}.kept`, path);
    const socket = await start();
    closing.push(() => socket.close());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await new FlowsClient({ by: 'unix', path }, token).read({ limit: 1 })).flows).toHaveLength(1);
  });

  test('over a file: what is no socket stays', async () => {
    const path = join(folder, 'notes');
    writeFileSync(path, 'mine');
    await expect(startFlowSocket({ at: { by: 'unix', path }, token, sources: () => [] })).rejects.toThrow(
      'not a socket',
    );
    expect(existsSync(path)).toBe(true);
  });
});

describe('somebody else', () => {
  test.each(['0.0.0.0', '10.0.0.1', '::', 'localhost', 'example.com', '128.0.0.1'])(
    'an address is refused: %s',
    async (host) => {
      const at = { by: 'tcp', host, port: 0 } as const;
      await expect(startFlowSocket({ at, token, sources: () => [] })).rejects.toThrow('loopback');
    },
  );

  test.each(['', 'x', `${token}x`, token.slice(1), token.toUpperCase()])(
    'without the token is refused: %j',
    async (shown) => {
      const { port } = await serving();
      const answer = await ask(port, '/flows', { authorization: `Bearer ${shown}` });
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain('7f3a9c21');
      expect((await ask(port, '/flows', { authorization: token })).status).toBe(401);
    },
  );

  test.each(['evil.test', 'evil.test:80', '127.0.0.1'])('through a name of its own is refused: %j', async (host) => {
    const { port } = await serving();
    expect((await ask(port, '/flows', { host })).status).toBe(421);
  });

  test('from a page is refused, also with the token', async () => {
    const { port } = await serving();
    expect((await ask(port, '/flows', { origin: 'http://127.0.0.1:1' })).status).toBe(403);
  });
});

describe('what is asked wrongly is refused, and the socket goes on', () => {
  test.each([
    ['/', 404],
    ['/metrics', 404],
    ['//flows', 404],
    // No addresses at all: they once ended the router.
    ['//', 404],
    ['/\\', 404],
    ['http://[', 404],
    ['/flows?since=-1', 400],
    ['/flows?since=1e3', 400],
    ['/flows?limit=1001', 400],
    ['/flows?limit=x', 400],
    ['/flows?status=9', 400],
    ['/flows?unredacted=1', 400],
    [`/flows?path=${'x'.repeat(20_000)}`, undefined],
  ])('%s', async (path, status) => {
    const { port } = await serving();
    const answer = await ask(port, path).catch(() => ({ status: undefined }));
    expect(answer.status).toBe(status);
    expect((await ask(port, '/flows')).status).toBe(200);
  });

  test('another method', async () => {
    const { port } = await serving();
    expect((await ask(port, '/flows', {}, 'POST')).status).toBe(405);
    expect((await ask(port, '/flows', {}, 'DELETE')).status).toBe(405);
  });
});

describe('hostile readers', () => {
  const head = (port: number, path: string): string =>
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`;

  async function opened(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    closing.push(() => void socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  test('more followers than there is room for are refused, and questions are still answered', async () => {
    const { port } = await serving();
    const followers: Socket[] = [];
    for (let i = 0; i < 16; i++) {
      const socket = await opened(port);
      socket.write(head(port, '/flows?follow=1'));
      await once(socket, 'data');
      followers.push(socket);
    }
    expect(await ask(port, '/flows?follow=1')).toMatchObject({ status: 503 });
    expect((await ask(port, '/flows')).status).toBe(200);
    const [first] = followers;
    first?.destroy();
    // Its place is free once the router has seen the end.
    for (let status = 503; status === 503; ) {
      const next = await opened(port);
      next.write(head(port, '/flows?follow=1'));
      const [data] = await once(next, 'data');
      status = Number(String(data).slice(9, 12));
      expect([200, 503]).toContain(status);
    }
  });

  test('one that never reads holds nothing up and is held a bounded number of bytes for', async () => {
    const big = { ...answeredFlow, request: { ...answeredFlow.request, path: 'x'.repeat(50_000) } };
    const records = Array.from({ length: 2000 }, () => big);
    let read = 0;
    const source = sourceOf(records);
    const counting: FlowSource = {
      readFlows(since, most) {
        read += 1;
        return source.readFlows(since, most);
      },
    };
    const socket = await startFlowSocket({
      at: { by: 'tcp', host: '127.0.0.1', port: 0 },
      token,
      sources: () => [counting],
    });
    closing.push(() => socket.close());
    const port = socket.at.by === 'tcp' ? socket.at.port : 0;
    const stuck = await opened(port);
    stuck.write(head(port, '/flows?follow=1&since=0'));
    await once(stuck, 'data');
    stuck.pause();
    const before = process.memoryUsage().heapUsed;
    const lines: string[] = [];
    const stop = new AbortController();
    await new FlowsClient(socket.at, token).follow(
      { since: 0 },
      {
        record({ id }) {
          lines.push(id);
          if (lines.length === 500) stop.abort();
        },
        dropped: () => {},
      },
      stop.signal,
    );
    // What had come already is passed on.
    expect(lines.length).toBeGreaterThanOrEqual(500);
    expect(read).toBeGreaterThan(1);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300 * 1024 * 1024);
  });

  test('a slow follower is told what is gone', async () => {
    const records: FlowRecord[] = [answeredFlow];
    const big = { ...answeredFlow, request: { ...answeredFlow.request, path: 'x'.repeat(60_000) } };
    const served = await serving(records);
    const stop = new AbortController();
    let [seen, dropped] = [0, 0];
    await clientOf(served).follow(
      { since: 0 },
      {
        record() {
          seen += 1;
          // More than is held for readers, at once.
          if (seen === 1) records.push(...Array.from({ length: 1000 }, () => big));
          if (seen + dropped >= 1001) stop.abort();
        },
        dropped(count) {
          dropped += count;
        },
      },
      stop.signal,
    );
    expect(dropped).toBeGreaterThan(300);
    expect(seen + dropped).toBe(1001);
  });

  test('one that begins a request and stops is left', async () => {
    const { port } = await serving();
    const socket = await opened(port);
    socket.write('GET /flows HTTP/1.1\r\nHo');
    const [data] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [unknown];
    expect(String(data)).not.toContain('200');
  });
});
