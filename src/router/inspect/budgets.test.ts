import { expect, test } from 'vitest';
import { Budgets } from './budgets.ts';

const limits = {
  handshakesPerNcc: 3,
  handshakesPerSecondPerNcc: 10,
  inspectedPerNcc: 4,
  streamsPerNcc: 2,
  streamResetsPerSecondPerNcc: 1,
  bufferedBytesPerNcc: 100,
  heldBytesPerNcc: 200,
};

function budgets(changed: Partial<typeof limits> = {}) {
  const clock = { ms: 0 };
  const all = new Budgets({ ...limits, ...changed }, () => clock.ms);
  const take = (ncc = 'n-1') => {
    const spent = all.take(ncc);
    return 'code' in spent ? undefined : spent;
  };
  return { clock, take, whyNot: (ncc = 'n-1') => Object(all.take(ncc)).why };
}

test('so many handshakes of one NCC are under way; those of another count apart', () => {
  const { take, whyNot } = budgets();
  const first = take();
  expect([take(), take()].every(Boolean)).toBe(true);
  expect(whyNot()).toBe('NCC n-1 has 3 handshakes under way');
  expect(take('n-2')).toBeDefined();
  first?.handshakeDone();
  first?.handshakeDone(); // counts once
  expect(take()).toBeDefined();
  expect(whyNot()).toBe('NCC n-1 has 4 inspected connections');
});

test('so many connections of one NCC are inspected', () => {
  const { take, whyNot } = budgets();
  const made = [1, 2, 3, 4].map(() => {
    const spent = take();
    spent?.handshakeDone();
    return spent;
  });
  expect(whyNot()).toBe('NCC n-1 has 4 inspected connections');
  made[0]?.connectionDone();
  made[0]?.connectionDone();
  expect(take()).toBeDefined();
  expect(whyNot()).toBe('NCC n-1 has 4 inspected connections');
});

test('so many handshakes of one NCC begin in a second, and twice as many in a burst', () => {
  const { take, whyNot, clock } = budgets({ handshakesPerNcc: 1000, inspectedPerNcc: 1000 });
  for (let i = 0; i < 20; i++) expect(take()).toBeDefined();
  expect(whyNot()).toBe('NCC n-1 began more than 10 handshakes per second');
  clock.ms += 100;
  expect(take()).toBeDefined();
  expect(take()).toBeUndefined();
  clock.ms += 60_000;
  for (let i = 0; i < 20; i++) expect(take()).toBeDefined();
  expect(take()).toBeUndefined();
});

test('so many streams of one NCC are open at once', () => {
  const { take } = budgets();
  const [one, other] = [take(), take('n-2')];
  for (let i = 0; i < 2; i++) one?.streamBegun();
  expect(one?.requestRefusal()).toBeUndefined();
  one?.streamBegun();
  expect(one?.requestRefusal()).toEqual({ code: 'LG_OVER_LIMIT', why: 'NCC n-1 has 2 streams under way' });
  expect(other?.requestRefusal()).toBeUndefined();
  one?.streamDone();
  expect(one?.requestRefusal()).toBeUndefined();
});

test('so many bytes of one NCC wait, whichever of its connections they are in', () => {
  const { take } = budgets();
  const [one, two, other] = [take(), take(), take('n-2')];
  one?.buffers(99);
  expect(two?.requestRefusal()).toBeUndefined();
  one?.buffers(1);
  expect(two?.requestRefusal()?.why).toBe('NCC n-1 has 100 bytes on their way that nobody reads');
  expect(other?.requestRefusal()).toBeUndefined();
  one?.buffers(-1);
  expect(two?.requestRefusal()).toBeUndefined();
  one?.buffers(101);
  expect(two?.bytesRefusal()).toBeUndefined();
  two?.buffers(1);
  expect(two?.bytesRefusal()?.why).toBe('NCC n-1 has 200 bytes on their way that nobody reads');
  expect(other?.bytesRefusal()).toBeUndefined();
});

test('so many streams of one NCC are reset in a second, and twice as many in a burst', () => {
  const { take, clock } = budgets();
  const one = take();
  expect([one?.mayReset(), one?.mayReset(), one?.mayReset()]).toEqual([true, true, false]);
  clock.ms += 1000;
  expect([take()?.mayReset(), one?.mayReset()]).toEqual([true, false]);
});
