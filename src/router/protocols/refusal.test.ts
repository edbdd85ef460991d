import { expect, test } from 'vitest';
import { type RefusalCode, refusalCodes } from '../../diagnostics/index.ts';
import { latin1 } from './bytes.ts';
import { inHttp, inHttp2, refusalResponse } from './http/index.ts';
import { silent } from './refusal-style.ts';
import { helloStep, inTls } from './tls/index.ts';

const all = Object.keys(refusalCodes) as RefusalCode[];
const refusal = { code: 'LG_NOT_GRANTED', why: 'n-1 was not granted orders-db' } as const;

test.each<[RefusalCode, number]>([
  ['LG_NO_NAME', 112],
  ['LG_NAME_UNKNOWN', 112],
  ['LG_NOT_GRANTED', 49],
  ['LG_UPSTREAM_REFUSED', 80],
  ['LG_PROTOCOL', 10],
])('%s as a TLS alert is fatal and number %i', (code, number) => {
  expect([...inTls({ code, why: '' })]).toEqual([0x15, 3, 3, 0, 2, 2, number]);
});

test('a fault of the hello brings its own alert', () => {
  const hello = { is: 'bad', cause: 'malformed', code: 'LG_PROTOCOL', why: 'too short' } as const;
  const step = helloStep(hello, { speech: 'tls', startsAt: 0 });
  expect(step.is === 'refuse' && step.style(step.refusal).at(-1)).toBe(50);
});

test.each<[RefusalCode, number]>([
  ['LG_NO_NAME', 400],
  ['LG_NOT_GRANTED', 403],
  ['LG_PATH_DENIED', 403],
  ['LG_NAME_UNKNOWN', 421],
  ['LG_UPSTREAM_REFUSED', 502],
  ['LG_DRAINING', 503],
  ['LG_UPSTREAM_TIMEOUT', 504],
])('%s as an HTTP response has status %i', (code, status) => {
  expect(latin1(inHttp({ code, why: '' }))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
});

test('every code is told in HTTP with its code, a reason, a hint and the right length', () => {
  for (const code of all) {
    const text = new TextDecoder().decode(inHttp({ code, why: 'why — so' }));
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(JSON.parse(body)).toEqual({ code, message: 'why — so', hint: refusalCodes[code].fix });
    expect(head).toContain(`\r\nContent-Length: ${new TextEncoder().encode(body).length}\r\n`);
    expect(head).toContain('\r\nConnection: close');
  }
});

test('a refused HEAD gets no body', () => {
  expect(latin1(refusalResponse(refusal, true))).toMatch(/\r\n\r\n$/);
});

test('HTTP/2 gets SETTINGS and a GOAWAY that carries the code', () => {
  const bytes = inHttp2(refusal);
  expect([...bytes.subarray(0, 9)]).toEqual([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  expect(bytes[12]).toBe(7);
  expect(bytes[11]).toBe(bytes.length - 18);
  expect([...bytes.subarray(18, 26)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0x0d]);
  expect(latin1(bytes.subarray(26))).toBe(`${refusal.code}: ${refusal.why}`);
});

test('silence is no bytes', () => {
  expect(silent(refusal)).toHaveLength(0);
});
