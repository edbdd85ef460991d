import { describe, expect, test } from 'vitest';
import { answeredFlow, flowRecords } from '../../../test/support/flow-records.ts';
import { type FlowRecord, flowRecordShape } from '../../ir/index.ts';
import { flowLine, shortened } from './flow-line.ts';
import { flowLog } from './log.ts';

const bytesMax = 4000;
const bytesOf = (record: FlowRecord): number => Buffer.byteLength(JSON.stringify(record));
const long = (more: Partial<FlowRecord['request']>): FlowRecord => ({
  ...answeredFlow,
  request: { ...answeredFlow.request, ...more },
});

describe('a record for a line', () => {
  test('has no body, and keeps its heads where they fit', () => {
    const record = shortened(answeredFlow, bytesMax);
    expect(record.request.headers).toEqual(answeredFlow.request.headers);
    expect(record).toMatchObject({ seq: 0, shortened: true });
    expect(record.request).not.toHaveProperty('body');
    expect(record.response).not.toHaveProperty('body');
  });

  test.each<[string, FlowRecord]>([
    ['heads', long({ headers: Array.from({ length: 100 }, () => ({ name: 'x'.repeat(50), value: 'y'.repeat(100) })) })],
    ['a query', long({ query: 'q'.repeat(15_000) })],
    ['a path', long({ path: `/${'p'.repeat(15_000)}` })],
    ['a path of characters that JSON writes in six bytes', long({ path: '\u0001'.repeat(15_000) })],
    [
      'trailers',
      {
        ...answeredFlow,
        response: { status: 200, headers: [], bodyBytes: 0, trailers: [{ name: 'a', value: 'b'.repeat(9000) }] },
      },
    ],
    ['a reason', { ...answeredFlow, refusal: { code: 'LG_PATH_DENIED', why: 'w'.repeat(15_000) } }],
    ['another path', { ...answeredFlow, upstream: { name: 'u:1', reused: false, path: 'p'.repeat(15_000) } }],
  ])('fits, whatever has long %s', (_, record) => {
    const short = shortened(record, bytesMax);
    expect(bytesOf(short)).toBeLessThanOrEqual(bytesMax);
    expect(flowRecordShape.parse(short)).toEqual(short);
    expect(short.request.method).toBe('POST');
  });

  test.each(flowRecords)('of $id is a record', (record) => {
    expect(flowRecordShape.parse(shortened(record, bytesMax))).toMatchObject({ id: record.id, end: record.end });
  });
});

test('the log writes a line of either form', () => {
  const write = (format: 'json' | 'text'): string => {
    let text = '';
    const to = {
      write(line: string) {
        text += line;
      },
    };
    flowLog({ format, to, refusalLinesPerSecond: 1, now: () => 0 }).request(answeredFlow);
    return text;
  };
  expect(flowRecordShape.parse(JSON.parse(write('json')).flow)).toEqual(shortened(answeredFlow, bytesMax));
  expect(write('text')).toBe(`${flowLine(answeredFlow)}\n`);
});
