import { describe, expect, test } from 'vitest';
import { histogramBoundsMs, noTimes, observe } from './metrics.ts';

describe('a histogram', () => {
  test.each([
    [0, 0],
    [1, 0],
    [1.01, 1],
    [2, 1],
    [9999, 12],
    [10_000, 12],
    [10_001, 13],
  ])('puts %f ms into bucket %i', (ms, bucket) => {
    const times = noTimes();
    observe(times, ms);
    expect(times.buckets.indexOf(1)).toBe(bucket);
    expect(times.buckets).toHaveLength(histogramBoundsMs.length + 1);
  });

  test('counts and adds up', () => {
    const times = noTimes();
    for (const ms of [1, 3, 3]) observe(times, ms);
    expect(times).toMatchObject({ sumMs: 7, count: 3 });
    expect(times.buckets.slice(0, 3)).toEqual([1, 0, 2]);
  });
});
