import type { FlowRecord } from '../../ir/index.ts';

/** What the list shows and filters of one record. The record itself is asked for when it is opened. */
export interface FlowRow {
  /** Counts up in the order in which the console got its records, from 1. */
  readonly n: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly start: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query?: string;
  readonly status?: number;
  readonly target?: string;
  /** It is one of them. */
  readonly workspaces: readonly string[];
  /** Of both bodies as sent. */
  readonly bytes: number;
  readonly endMs: number;
  readonly end: FlowRecord['end'];
  /** Of the refusal. */
  readonly code?: string;
}

/** Characters of a path or query that a row holds: strangers choose how long they are, and there are many rows. */
export const rowTextMax = 1_024;
const nameMax = 256;

const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

export function rowOf(record: FlowRecord, n: number): FlowRow {
  const { request, response, route, refusal } = record;
  return {
    n,
    start: record.start,
    method: cut(request.method, 32),
    host: cut(request.host, nameMax),
    path: cut(request.path, rowTextMax),
    ...(request.query !== undefined && { query: cut(request.query, rowTextMax) }),
    ...(response && { status: response.status }),
    ...(route && { target: cut(route.target, nameMax) }),
    workspaces: record.client.workspaces.slice(0, 50).map((name) => cut(name, nameMax)),
    bytes: request.bodyBytes + (response?.bodyBytes ?? 0),
    endMs: record.timings.endMs,
    end: record.end,
    ...(refusal && { code: cut(refusal.code, nameMax) }),
  };
}
