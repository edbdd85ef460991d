import { expect, test } from 'vitest';
import type { Lock } from './file/lock.ts';
import { RouterPorts } from './router-ports.ts';

/** A lock that has given these ports, and whose next is that one. */
const lockOf = (next: number, given: readonly number[]): Lock => ({
  ...{ version: 1, name: 'acme', region: 'eu-west-1', account: '111122223333', check: '', nccs: [] },
  next: { ncc: 1, service: 1, rule: 1, routerPort: next },
  services: [
    {
      ...{ key: 's-1', name: 'acme-s-1', check: '' },
      listeners: given.map((routerPort, at) => ({ port: at + 1, routerPort, targetGroup: `acme-${at}`, holds: [] })),
    },
  ],
});

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);
const take = (ports: RouterPorts, count: number): readonly number[] => range(1, count).map(() => ports.take(undefined));

test('ports count up from 20000, or from where the lock stopped', () => {
  expect(take(new RouterPorts(undefined), 3)).toEqual([20_000, 20_001, 20_002]);
  const ports = new RouterPorts(lockOf(20_007, []));
  expect(take(ports, 2)).toEqual([20_007, 20_008]);
  expect(ports.next).toBe(20_009);
});

test('a held port stays, and none is given for it', () => {
  const ports = new RouterPorts(lockOf(20_007, [20_003]));
  expect(ports.take(20_003)).toBe(20_003);
  expect(ports.next).toBe(20_007);
});

test('after the highest come those below, from 1024: each once, and none that the lock has given', () => {
  expect(take(new RouterPorts(lockOf(65_535, [1024, 1026])), 4)).toEqual([65_535, 1025, 1027, 1028]);
});

test('the port of the readiness check is never given', () => {
  expect(take(new RouterPorts(lockOf(65_536, range(1024, 8078))), 2)).toEqual([8079, 8081]);
});

test('when none is left, it is counted', () => {
  const ports = new RouterPorts(lockOf(65_536, range(1024, 65_533)));
  expect(take(ports, 2)).toEqual([65_534, 65_535]);
  expect(ports.withoutPort).toBe(0);
  expect(take(ports, 2)).toEqual([65_535, 65_535]); // a port in form: the plan is refused for its count
  expect(ports.withoutPort).toBe(2);
});
