import { expect, test } from 'vitest';
import { noRequests, noTimes, observe, type Snapshot } from '../metrics.ts';
import { openMetrics } from './openmetrics.ts';

const snapshot = (requests: Snapshot['requests']): Snapshot => ({
  ...{ plan: 'p', routes: 0, draining: false, open: 0, opening: 0, listeners: {}, upstreams: {} },
  ...{ openingMs: noTimes(), dialMs: noTimes(), dns: { asked: 0, failed: 0, stale: 0, names: 0 } },
  ...{ requests, flowsNotRecorded: 2, reloads: { done: 1, refused: 0 } },
});
const about = (text: string): readonly string[] =>
  text.split('\n').filter((line) => /^lakegate_(request|tls|flows)/.test(line));

test('requests by target, class of status and code, their times, and handshakes', () => {
  const times = noTimes();
  observe(times, 7);
  const lines = about(
    openMetrics(
      snapshot({
        targets: {
          orders: { answers: { '2xx ': 3, '4xx LG_PATH_DENIED': 1 }, firstByteMs: noTimes(), endMs: times },
          '': { answers: { 'none LG_PATH_UNKNOWN': 1 }, firstByteMs: noTimes(), endMs: noTimes() },
        },
        handshakes: { client: { full: 1, resumed: 9 }, upstream: { full: 2, resumed: 0 } },
      }),
    ),
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      'lakegate_requests_total{target="orders",status="2xx",code=""} 3',
      'lakegate_requests_total{target="orders",status="4xx",code="LG_PATH_DENIED"} 1',
      'lakegate_requests_total{target="",status="none",code="LG_PATH_UNKNOWN"} 1',
      'lakegate_request_seconds_bucket{target="orders",le="0.005"} 0',
      'lakegate_request_seconds_bucket{target="orders",le="0.01"} 1',
      'lakegate_request_seconds_sum{target="orders"} 0.007',
      'lakegate_request_first_byte_seconds_count{target="orders"} 0',
      'lakegate_tls_handshakes_total{side="client",kind="resumed"} 9',
      'lakegate_tls_handshakes_total{side="upstream",kind="full"} 2',
      'lakegate_flows_not_recorded_total 2',
    ]),
  );
});

test('a router that inspects nothing has none of them', () => {
  expect(about(openMetrics(snapshot(noRequests())))).toEqual([]);
});
