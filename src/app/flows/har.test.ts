import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answeredFlow, flowRecords } from '../../../test/support/flow-records.ts';
import { harOf } from './har.ts';

const golden = new URL('../../../test/support/flow-records.har', import.meta.url);

test('the samples as HAR are what har-validator 5.1.5 with har-schema 2.0.0 has found valid', () => {
  // Validated outside: both are without maintenance and no dependency here. Validate again what is written anew.
  expect(harOf(flowRecords, '0.1.0')).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
});

describe('an entry', () => {
  const entry = (record = answeredFlow) => harOf([record], '1').log.entries[0];

  test.each(flowRecords)('of $id: its times add up', (record) => {
    const { time = Number.NaN, timings } = entry(record) ?? {};
    const sum = Object.values(timings ?? {}).reduce((total, ms) => total + Math.max(0, ms), 0);
    expect(sum).toBeCloseTo(time, 6);
  });

  test('has the URL as the client wrote it, with a port where there is one', () => {
    expect(entry()?.request.url).toBe(
      'https://api.corp.acme.com/orders/v1/search?page=2&access_token=redacted:51c0e7d2',
    );
    const request = { ...answeredFlow.request, headers: [{ name: 'Host', value: 'api.corp.acme.com:8443' }] };
    expect(entry({ ...answeredFlow, request })?.request.url).toContain('https://api.corp.acme.com:8443/orders');
  });

  test('of a request without an answer has the status 0, as browsers write it', () => {
    const { response: _, ...torn } = { ...answeredFlow, end: 'upstream-broke' as const };
    expect(entry(torn)?.response).toMatchObject({ status: 0, _error: 'upstream-broke' });
  });
});
