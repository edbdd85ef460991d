import { describe, expect, test } from 'vitest';
import type { ConnectionEvent } from './event.ts';
import { flowLog, lineOf } from './log.ts';

const event: ConnectionEvent = {
  startMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  durationMs: 12,
  listener: 's-1/443',
  peer: '10.40.0.7:4711',
  endpoint: 'vpce-0aaaaaaaaaaaaaaaa',
  ncc: 'n-1',
  name: 'orders.test',
  route: 'orders/orders.test:443',
  target: 'orders',
  upstream: '10.50.1.1:443',
  bytesIn: 10,
  bytesOut: 20,
  end: 'done',
};
const refused: ConnectionEvent = { ...event, end: 'refused', code: 'LG_NO_NAME', why: 'the client named no server' };

function log(format: 'json' | 'text', refusalLinesPerSecond = 2) {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const made = flowLog({
    format,
    to: { write: (line: string) => void lines.push(line) },
    refusalLinesPerSecond,
    now: () => clock.ms,
  });
  return { made, lines, clock };
}

describe('a line for a person', () => {
  test.each<[string, Partial<ConnectionEvent>, string]>([
    [
      'names who, whom and how much',
      {},
      'vpce-0aaaaaaaaaaaaaaaa (n-1) → orders.test at 10.50.1.1:443 in 10 out 20 bytes, 12 ms, done',
    ],
    ['says why not', { end: 'refused', code: 'LG_NO_NAME', why: 'no SNI' }, 'refused LG_NO_NAME: no SNI'],
    ['ends with remarks', { notes: ['one', 'two'] }, 'done [one; two]'],
  ])('%s', (_, more, want) => {
    expect(lineOf({ ...event, ...more })).toContain(want);
  });

  test('falls back to what is known', () => {
    const { endpoint: _e, ncc: _n, name: _m, upstream: _u, ...bare } = event;
    expect(lineOf(bare)).toBe(
      '2026-01-02T03:04:05.000Z s-1/443 10.40.0.7:4711 → orders in 10 out 20 bytes, 12 ms, done',
    );
    const { target: _t, ...stranger } = bare;
    expect(lineOf(stranger)).toContain('10.40.0.7:4711 → unnamed');
  });
});

test('each connection has a line at its end, none without data', () => {
  const { made, lines } = log('text');
  made.connection(event);
  made.connection({ ...event, end: 'no-data' });
  expect(lines).toEqual([`${lineOf(event)}\n`]);
});

test('JSON lines carry every field, and when the connection began', () => {
  const { made, lines } = log('json');
  made.connection(event);
  const { startMs: _, ...rest } = event;
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ...rest, start: '2026-01-02T03:04:05.000Z' });
  expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('startMs');
  made.note('a sentence');
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ note: 'a sentence' });
});

describe('a flood of refused connections', () => {
  test('is cut to its lines per second, and told once the second is over', () => {
    const { made, lines, clock } = log('text');
    for (let i = 0; i < 10; i++) made.connection(refused);
    expect([lines.length, made.leftOut]).toEqual([2, 8]);
    clock.ms = 999;
    made.connection(refused);
    expect(lines).toHaveLength(2);
    clock.ms = 1000;
    made.connection(refused);
    expect(lines).toHaveLength(4);
    expect(lines[2]).toMatch(/ 9 lines of refused connections were left out in the last second\n$/);
    expect(lines[3]).toBe(`${lineOf(refused)}\n`);
  });

  test('does not hide carried connections', () => {
    const { made, lines } = log('text', 0);
    made.connection(refused);
    made.connection(event);
    expect(lines).toEqual([`${lineOf(event)}\n`]);
  });

  test('is told once for each second in which lines were left out', () => {
    const { made, lines, clock } = log('text', 1);
    for (const ms of [0, 1, 1000, 2000, 3000]) {
      clock.ms = ms;
      made.connection(refused);
    }
    expect(lines.filter((line) => line.includes('left out'))).toHaveLength(1);
    expect(lines).toHaveLength(5);
  });

  test('leaves the next second whole, and says nothing where nothing was left out', () => {
    const { made, lines, clock } = log('json', 1);
    made.connection(refused);
    clock.ms = 5000;
    made.connection(refused);
    expect(lines.map((line) => JSON.parse(line).note)).toEqual([undefined, undefined]);
    expect(made.leftOut).toBe(0);
  });
});

test('a destination that can be flushed is', () => {
  const calls: string[] = [];
  const to = { write: () => {}, flushSync: () => void calls.push('flush') };
  flowLog({ format: 'text', to, refusalLinesPerSecond: 1, now: () => 0 }).flush();
  expect(calls).toEqual(['flush']);
  flowLog({ format: 'text', to: { write: () => {} }, refusalLinesPerSecond: 1, now: () => 0 }).flush();
});
