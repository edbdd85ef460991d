import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SecretExchange, secretPlaces } from '../../../test/support/secret-places.ts';
import { type FlowRecord, flowRecordShape, type Route, type RoutePlan } from '../../ir/index.ts';
import { defaultLimits } from '../router-limits.ts';
import { KeptFlow } from './kept-flow.ts';
import type { Flow, FlowEnd, FlowStart } from './recorder.ts';
import { RingRecorder, type RingRecorderOptions } from './ring-recorder.ts';

type Settings = Partial<NonNullable<NonNullable<RoutePlan['inspection']>['flows']>>;

const planOf = (flows: Settings): RoutePlan => ({
  version: 1,
  name: 'p',
  listeners: [],
  upstreams: {},
  trustedNetworks: [],
  inspection: {
    issuer: { by: 'secret', name: 's' },
    names: [],
    flows: { workspaces: { 'n-1': ['analytics', 'science'] }, ...flows },
  },
});
const forever = '9999-01-01T00:00:00Z';
const route: Route = {
  key: 'orders/a.test:443',
  target: 'orders',
  match: { by: 'name', speech: 'tls', name: 'a.test' as never },
  allow: ['n-1'],
  action: { upstream: 'u', tls: 'inspect' },
};

function recording(flows: Settings = {}, more: Partial<RingRecorderOptions> = {}) {
  let nowMs = 0;
  const recorder = new RingRecorder({
    plan: planOf(flows),
    limits: { ...defaultLimits, ...more.limits },
    now: () => nowMs,
    key: () => new Uint8Array(32),
    note: () => {},
    ...(more.sink && { sink: more.sink }),
    ...(more.line && { line: more.line }),
  });
  return {
    recorder,
    pass: (ms: number): void => {
      nowMs += ms;
    },
  };
}

const client = { listener: 's-1/443', endpoint: 'vpce-1', tls: { version: 'TLSv1.3', cipher: 'c', resumed: false } };
const headOf = (line: string, fields: SecretExchange['fields']): Uint8Array =>
  Buffer.from(`${line}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`, 'latin1');
const start = (head: FlowStart['head'] = headOf('GET / HTTP/1.1', [['Host', 'a.test']])): FlowStart => ({
  ...{ client, protocol: 'http/1.1', name: 'a.test', route, nccs: ['n-1'], head },
});
const upstream = { name: 'u.test:443', address: '10.0.0.1:443', tls: client.tls };

/** The same exchange over HTTP/1.1 or HTTP/2. */
function exchange(
  recorder: RingRecorder,
  { target, fields, ...more }: SecretExchange,
  protocol: FlowStart['protocol'],
): Flow {
  const isOne = protocol === 'http/1.1';
  const flat = (list: SecretExchange['fields']): string[] =>
    list.flatMap(([name, value]) => [name.toLowerCase(), value]);
  const head = isOne
    ? headOf(`POST ${target} HTTP/1.1`, [['Host', 'a.test'], ...fields])
    : [':method', 'POST', ':path', target, ':authority', 'a.test', ':scheme', 'https', ...flat(fields)];
  const answer = more.answerFields ?? [];
  const flow = recorder.begin({ ...start(head), protocol });
  flow.upstream(upstream, false);
  if (more.body) flow.requestBytes(more.body);
  flow.responseHead(200, isOne ? headOf('HTTP/1.1 200 OK', answer) : [':status', '200', ...flat(answer)]);
  if (more.answer) flow.responseBytes(more.answer);
  flow.responseTrailers(['x-token', ...answer.map(([, value]) => value).slice(0, 1)]);
  flow.end('done');
  return flow;
}

const secrets = fc.stringMatching(/^[A-Za-z0-9+/_~-]{12,40}$/).map((text) => `s3cr3t${text}`);

describe('a secret shows up nowhere', () => {
  test.each(Object.entries(secretPlaces))('in %s', (_, place) => {
    fc.assert(
      fc.property(secrets, fc.constantFrom<FlowStart['protocol']>('http/1.1', 'h2'), (secret, protocol) => {
        const out: FlowRecord[] = [];
        const { recorder } = recording(
          { redact: ['x-employee', 'IBAN'], bodies: [{ target: 'orders', until: forever }] },
          { sink: (record) => void out.push(record), line: (record) => void out.push(record) },
        );
        exchange(recorder, place(secret, encodeURIComponent(secret)), protocol);
        const shown = JSON.stringify([out, recorder.read(0, 10)]);
        expect(out).toHaveLength(2);
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(encodeURIComponent(secret));
        expect(shown).not.toContain('s3cr3t');
        for (const record of out) expect(flowRecordShape.parse(record)).toEqual(record);
      }),
      { numRuns: 20 },
    );
  });

  test('in the sentence of a refusal', () => {
    const { recorder } = recording();
    const flow = recorder.begin({ ...start(), route: undefined });
    flow.end('refused', { code: 'LG_PROTOCOL', why: 'the target "/x?token=s3cr3t" has characters' });
    expect(JSON.stringify(recorder.read(0, 1))).not.toContain('s3cr3t');
  });
});

test('a record says who asked whom for what, and when what happened', () => {
  const { recorder, pass } = recording();
  const flow = recorder.begin({
    ...start(headOf('GET /a/b?c=d HTTP/1.1', [['Host', 'A.test:443']])),
    forwarded: '/z/b',
  });
  pass(4);
  flow.upstream(upstream, false);
  pass(10);
  flow.responseHead(103, headOf('HTTP/1.1 103 Early Hints', [['Link', '</x>']]));
  pass(1);
  flow.responseHead(200, headOf('HTTP/1.1 200 OK', [['Content-Type', 'Text/Plain; charset=utf-8']]));
  flow.responseBytes(Buffer.from('hello'));
  pass(5.5);
  flow.end('done');
  flow.end('cut');
  const [record, ...others] = recorder.read(0, 10).records;
  expect(others).toEqual([]);
  expect(record).toMatchObject({
    seq: 1,
    client: { ...client, nccs: ['n-1'], workspaces: ['analytics', 'science'] },
    route: { key: route.key, target: 'orders' },
    request: { method: 'GET', host: 'a.test', path: '/a/b', query: 'c=d', bodyBytes: 0 },
    response: { status: 200, bodyBytes: 5, type: 'text/plain' },
    upstream: { name: 'u.test:443', address: '10.0.0.1:443', reused: false, path: '/z/b' },
    timings: { dialMs: 4, firstByteMs: 14, endMs: 20.5 },
    end: 'done',
  });
  expect(record?.response?.headers).toEqual([{ name: 'Content-Type', value: 'Text/Plain; charset=utf-8' }]);
  expect(record?.response?.body).toBeUndefined();
});

describe('bodies', () => {
  const bodyOf = (settings: Settings, body: Buffer, ...fields: (readonly [string, string])[]) => {
    const { recorder } = recording(settings);
    exchange(recorder, { target: '/', fields: [['Content-Type', 'application/json'], ...fields], body }, 'http/1.1');
    return recorder.read(0, 1).records[0]?.request;
  };
  const until = (time: string): Settings => ({ bodies: [{ target: 'orders', until: time }] });

  test.each<[string, Settings, object | undefined]>([
    ['not asked for', {}, undefined],
    ['asked for another target', { bodies: [{ target: 'billing', until: forever }] }, undefined],
    ['asked for until a time that is over', until('2020-01-01T00:00:00Z'), undefined],
    ['asked for', until(forever), { text: '{"a":1}', truncated: false }],
  ])('%s', (_, settings, want) => expect(bodyOf(settings, Buffer.from('{"a":1}'))?.body).toEqual(want));

  test('are shown up to their first 16 KiB', () => {
    const request = bodyOf(until(forever), Buffer.from(JSON.stringify(Array(10_000).fill('abcd'))));
    expect(request?.bodyBytes).toBe(70_001);
    expect(request?.body?.truncated).toBe(true);
    expect(request?.body?.text?.length).toBeGreaterThan(16_000);
    expect(request?.body?.text?.length).toBeLessThanOrEqual(16_384);
  });

  test('in chunks are put together', () => {
    const request = bodyOf(until(forever), Buffer.from('3;x=y\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n'), [
      'Transfer-Encoding',
      'chunked',
    ]);
    expect(request?.body).toEqual({ text: '{"a":1}', truncated: false });
  });

  test('of a kind without names are shown by size and type alone', () => {
    const { recorder } = recording(until(forever));
    exchange(recorder, { target: '/', fields: [['Content-Type', 'image/png']], body: Buffer.alloc(9) }, 'http/1.1');
    expect(recorder.read(0, 1).records[0]?.request).toMatchObject({
      bodyBytes: 9,
      type: 'image/png',
      body: { truncated: false },
    });
    expect(recorder.read(0, 1).records[0]?.request.body).not.toHaveProperty('text');
  });
});

const once = (recorder: RingRecorder, end: FlowEnd = 'done', begun: FlowStart = start()): void => {
  recorder.begin(begun).end(end);
};
const many = (count: number, act: () => void): void => {
  for (let i = 0; i < count; i++) act();
};

describe('bounds', () => {
  test('bytes: the oldest go first, and are counted', () => {
    const { recorder } = recording({}, { limits: { ...defaultLimits, flowBytes: 10_000 } });
    many(100, () => once(recorder));
    const { records, next, lost } = recorder.read(0, 1000);
    expect(records.length).toBeGreaterThan(5);
    expect(records.length).toBeLessThan(20);
    expect(next).toBe(100);
    expect(lost + records.length).toBe(100);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, i) => 100 - records.length + 1 + i));
  });

  test('bytes of open requests: heads are left out, and the record says so', () => {
    const { recorder } = recording({}, { limits: { ...defaultLimits, flowBytes: 2000 } });
    const open = Array.from({ length: 10 }, () => recorder.begin(start()));
    expect(recorder.hasRoom).toBe(false);
    open.at(-1)?.end('done');
    expect(recorder.read(0, 100).records.at(-1)).toMatchObject({ shortened: true, request: { headers: [] } });
    for (const flow of open) flow.end('done');
    expect(recorder.hasRoom).toBe(true);
  });

  test('requests per second: the rest are counted', () => {
    const { recorder, pass } = recording({}, { limits: { ...defaultLimits, flowsPerSecond: 3 } });
    many(10, () => once(recorder));
    expect(recorder.read(0, 100).records).toHaveLength(3);
    expect(recorder.notRecorded).toBe(7);
    pass(1000);
    once(recorder);
    expect(recorder.read(0, 100).records).toHaveLength(4);
    expect(recorder.counts().targets.orders?.answers).toEqual({ 'none ': 11 });
  });

  test('sampling: every tenth answered request, and all that end badly', () => {
    const { recorder } = recording({ sample: 0.1 });
    many(100, () => once(recorder));
    expect(recorder.read(0, 1000).records).toHaveLength(10);
    many(5, () => once(recorder, 'upstream-broke'));
    many(5, () => once(recorder, 'refused', { ...start(), route: undefined }));
    expect(recorder.read(0, 1000).records).toHaveLength(20);
    expect(recorder.notRecorded).toBe(0);
  });

  test('lines per second', () => {
    const lines: FlowRecord[] = [];
    const { recorder } = recording(
      {},
      { limits: { ...defaultLimits, flowLinesPerSecond: 2 }, line: (record) => void lines.push(record) },
    );
    many(10, () => once(recorder));
    expect(lines).toHaveLength(2);
  });

  test('lines of large heads per second: fewer', () => {
    const lines: FlowRecord[] = [];
    const { recorder } = recording(
      {},
      { limits: { ...defaultLimits, flowLinesPerSecond: 20 }, line: (record) => void lines.push(record) },
    );
    const large = start(headOf('GET / HTTP/1.1', [['X-A', 'a'.repeat(15_000)]]));
    many(30, () => once(recorder, 'done', large));
    expect(lines).toHaveLength(5);
  });

  test('what the pieces of a body take in memory', () => {
    const { recorder } = recording(
      { bodies: [{ target: 'orders', until: forever }] },
      { limits: { ...defaultLimits, flowBytes: 100_000 } },
    );
    const flow = recorder.begin(start());
    if (!(flow instanceof KeptFlow)) throw new Error('it is not kept');
    many(10_000, () => flow.requestBytes(Buffer.from('a')));
    expect(flow.requestBody?.length).toBeLessThan(3000);
    expect(flow.fromClient).toBe(10_000);
  });
});

test('a sink that throws hurts nobody', () => {
  const notes: string[] = [];
  const recorder = new RingRecorder({
    plan: planOf({}),
    limits: defaultLimits,
    now: () => 0,
    key: () => new Uint8Array(32),
    sink: () => {
      throw new Error('full');
    },
    note: (sentence) => void notes.push(sentence),
  });
  once(recorder);
  expect(notes).toEqual(['a record was not passed on: full']);
});

test('what is kept is a copy: the bytes may change afterwards', () => {
  const { recorder } = recording({ bodies: [{ target: 'orders', until: forever }] });
  const head = headOf('POST /first HTTP/1.1', [['Content-Type', 'application/json']]);
  const body = Buffer.from('{"a":1}');
  const flow = recorder.begin(start(head));
  if (!(flow instanceof KeptFlow)) throw new Error('it is not kept');
  // Nor a view, which would keep the buffer of a socket alive.
  expect(flow.start.head).toEqual([]);
  flow.requestBytes(body);
  head.fill(0x78);
  body.fill(0x78);
  flow.end('done');
  expect(recorder.read(0, 1).records[0]?.request).toMatchObject({ path: '/first', body: { text: '{"a":1}' } });
});

test('a reload changes what is redacted from then on, and not what was recorded before', () => {
  const { recorder } = recording({ redact: ['x-a'] });
  const head = headOf('GET / HTTP/1.1', [
    ['X-A', 'alpha'],
    ['X-B', 'omega'],
  ]);
  once(recorder, 'done', start(head));
  recorder.use(planOf({ redact: ['x-b'] }));
  once(recorder, 'done', start(head));
  const [before, after] = recorder.read(0, 2).records.map((record) => JSON.stringify(record));
  expect([before?.includes('alpha'), before?.includes('omega')]).toEqual([false, true]);
  expect([after?.includes('alpha'), after?.includes('omega')]).toEqual([true, false]);
});

test('requests and handshakes are counted', () => {
  const { recorder, pass } = recording();
  recorder.clientHandshake(true);
  const flow = recorder.begin(start());
  pass(3);
  flow.upstream(upstream, false);
  flow.responseHead(204, headOf('HTTP/1.1 204 No Content', []));
  flow.end('done');
  recorder.begin({ ...start(), route: undefined }).end('refused', { code: 'LG_PATH_UNKNOWN', why: '' });
  const counts = recorder.counts();
  expect(counts.handshakes).toEqual({ client: { full: 0, resumed: 1 }, upstream: { full: 1, resumed: 0 } });
  expect(counts.targets.orders).toMatchObject({ answers: { '2xx ': 1 }, firstByteMs: { count: 1, sumMs: 3 } });
  expect(counts.targets['']).toMatchObject({ answers: { 'none LG_PATH_UNKNOWN': 1 } });
});
