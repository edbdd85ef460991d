import { createReadStream } from 'node:fs';
import { type FlowRecord, flowRecordShape } from '../../ir/index.ts';
import { linesOf } from './lines.ts';

/**
 * The records in a log of a router that was written as JSON lines; other lines are none. A line may stand in an envelope of
 * whoever collected it: JSON whose `message` or `log` is the line.
 *
 * @param path Absolute; `-` is standard input.
 * @throws The system's error.
 */
export async function* logRecords(path: string): AsyncGenerator<FlowRecord> {
  const stream = path === '-' ? process.stdin : createReadStream(path);
  for await (const line of linesOf(stream)) {
    const record = recordIn(line);
    if (record) yield record;
  }
}

function recordIn(line: string): FlowRecord | undefined {
  if (!line.includes('"flow"') && !line.includes('\\"flow\\"')) return undefined;
  const value = jsonOf(line);
  const inner = [value?.message, value?.log].find((text) => typeof text === 'string');
  const { flow } = (typeof inner === 'string' ? jsonOf(inner) : value) ?? {};
  const record = flowRecordShape.safeParse(flow);
  return record.success ? record.data : undefined;
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
