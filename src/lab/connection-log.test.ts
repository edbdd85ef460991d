import { expect, test } from 'vitest';
import type { ConnectionEvent } from '../router/index.ts';
import { createConnectionLog } from './connection-log.ts';

const line = (peer: string, source?: string, startMs = 1000): ConnectionEvent => ({
  startMs,
  durationMs: 1,
  listener: 's-1/443',
  peer,
  ...(source && { source }),
  bytesIn: 0,
  bytesOut: 0,
  end: 'refused',
  code: 'LG_NOT_GRANTED',
});

test('with a PROXY header the line is found by the client’s port in it', async () => {
  const log = createConnectionLog();
  log.onRouter(line('127.0.0.1:50001', '10.40.0.10:40001'));
  expect(await log.lineOf(40_001, 1000, 1)).toMatchObject({ code: 'LG_NOT_GRANTED' });
  expect(await log.lineOf(50_001, 1000, 1)).toBeUndefined();
});

test('without one it is found by the load balancer’s port', async () => {
  const log = createConnectionLog();
  const opened = { is: 'flow-opened', listener: 's-1/3306', endpoint: 'vpce-1' as never, target: 'i-1' } as const;
  log.onNetwork({ ...opened, clientPort: 40_002, targetPort: 50_002 });
  log.onRouter(line('127.0.0.1:50002'));
  expect(await log.lineOf(40_002, 1000, 1)).toMatchObject({ peer: '127.0.0.1:50002' });
});

test('a line that comes later is waited for, and returned once', async () => {
  const log = createConnectionLog();
  const later = log.lineOf(40_003, 1000, 60_000);
  log.onRouter(line('127.0.0.1:50003', '10.40.0.10:40003'));
  expect(await later).toMatchObject({ source: '10.40.0.10:40003' });
  expect(await log.lineOf(40_003, 1000, 1)).toBeUndefined();
});

test('a line of an earlier connection from the same port is not returned', async () => {
  const log = createConnectionLog();
  log.onRouter(line('127.0.0.1:50004', '10.40.0.10:40004', 500));
  const mine = log.lineOf(40_004, 1000, 60_000);
  log.onRouter(line('127.0.0.1:50005', '10.40.0.10:40004', 600));
  log.onRouter(line('127.0.0.1:50006', '10.40.0.10:40004', 1001));
  expect(await mine).toMatchObject({ startMs: 1001 });
});
