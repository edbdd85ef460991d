import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Cidr } from '../ir/index.ts';
import { trustIn } from './trust.ts';

const cidrs = (...texts: string[]): Cidr[] => texts as Cidr[];

describe('one network', () => {
  const trusts = trustIn(cidrs('10.40.0.16/28'));

  test.each([
    ['the address below the first', '10.40.0.15', false],
    ['the first', '10.40.0.16', true],
    ['one inside', '10.40.0.20', true],
    ['the last', '10.40.0.31', true],
    ['the address above the last', '10.40.0.32', false],
    ['one far above', '10.41.0.20', false],
    ['one far below', '10.39.0.20', false],
    ['IPv4 on a socket of IPv6, inside', '::ffff:10.40.0.31', true],
    ['IPv4 on a socket of IPv6, outside', '::ffff:10.40.0.32', false],
    ['IPv6', '2001:db8::1', false],
    ['loopback of IPv6', '::1', false],
  ])('%s', (_, address, want) => {
    expect(trusts(address)).toBe(want);
    expect(trusts(address)).toBe(want); // from memory, the same
  });

  test('a socket that is gone has no address, and is not trusted', () => {
    expect(trusts(undefined)).toBe(false);
  });
});

test('of several networks each counts, and a single address is a network', () => {
  const trusts = trustIn(cidrs('10.40.0.0/28', '192.168.7.7/32'));
  expect(['10.40.0.15', '10.40.0.16', '192.168.7.6', '192.168.7.7', '192.168.7.8'].map(trusts)).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
});

test('without a network no address is trusted', () => {
  expect(trustIn([])('10.40.0.1')).toBe(false);
});

describe('what is remembered', () => {
  const clears = (): (() => number) => {
    const clear = vi.spyOn(Map.prototype, 'clear');
    onTestFinished(() => void clear.mockRestore());
    return () => clear.mock.calls.length;
  };
  const peer = (i: number): string => `10.0.${i >> 8}.${i & 255}`;

  test('verdicts stay right when more peers come than fit', () => {
    const cleared = clears();
    const trusts = trustIn(cidrs('10.0.0.0/8'));
    for (let i = 0; i < 3000; i++) {
      expect(trusts(peer(i))).toBe(true);
      expect(trusts(`11.0.${i >> 8}.${i & 255}`)).toBe(false);
    }
    expect([trusts('10.0.0.0'), trusts('11.0.0.0')]).toEqual([true, false]);
    expect(cleared()).toBe(5); // 6000 peers, 1024 remembered
  });

  test('the peer after 1024 others makes room, and one that is known does not', () => {
    const cleared = clears();
    const trusts = trustIn(cidrs('10.0.0.0/8'));
    for (let i = 0; i < 1024; i++) trusts(peer(i));
    for (let i = 0; i < 1024; i++) trusts(peer(i));
    expect(cleared()).toBe(0);
    trusts(peer(1024));
    expect(cleared()).toBe(1);
  });
});
