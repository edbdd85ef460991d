import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGreeting, parseRequest } from './socks-messages.ts';

const name = (host: string, port: number): Uint8Array =>
  Uint8Array.from([5, 1, 0, 3, host.length, ...Buffer.from(host), port >> 8, port & 255]);

test.each<[string, Uint8Array, unknown]>([
  ['a name', name('orders.test', 5432), { command: 1, kind: 'name', host: 'orders.test', port: 5432 }],
  ['IPv4', Uint8Array.of(5, 1, 0, 1, 10, 50, 3, 7, 1, 187), { command: 1, kind: 'ipv4', host: '10.50.3.7', port: 443 }],
  [
    'IPv6',
    Uint8Array.of(5, 1, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80),
    { command: 1, kind: 'ipv6', host: '2001:db8:0:0:0:0:0:1', port: 80 },
  ],
])('a request with %s', (_, bytes, value) => {
  expect(parseRequest(bytes)).toEqual({ value, bytes: bytes.length });
});

test('a request that is cut anywhere asks for more, and bytes after it are not its own', () => {
  const whole = name('orders.test', 5432);
  fc.assert(
    fc.property(fc.nat({ max: whole.length - 1 }), fc.uint8Array(), (cut, tail) => {
      expect(parseRequest(whole.subarray(0, cut))).toBe('more');
      expect(parseRequest(Uint8Array.from([...whole, ...tail]))).toMatchObject({ bytes: whole.length });
    }),
  );
});

test('garbage is bad or unfinished, never a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const parsed of [parseGreeting(bytes), parseRequest(bytes)])
        if (typeof parsed === 'object') expect(parsed.bytes).toBeLessThanOrEqual(bytes.length);
    }),
  );
  expect(parseRequest(Uint8Array.of(4, 1))).toBe('bad');
  expect(parseRequest(Uint8Array.of(5, 1, 0, 3, 0, 0, 0))).toBe('bad');
});
