import type { FlowRecord } from '../../ir/index.ts';

/** A line for a person: when, how it was answered, what was asked of whom by whom, how long, how much. */
export function flowLine(record: FlowRecord): string {
  const { start, client, request, response, route, refusal, protocol, timings, end } = record;
  const query = request.query === undefined ? '' : `?${request.query}`;
  const who = client.workspaces.join(',') || client.nccs.join(',') || client.listener;
  const what = `${request.method || '(head not kept)'} ${request.scheme}://${request.host}${request.path}${query}`;
  const much = `in ${request.bodyBytes} out ${response?.bodyBytes ?? 0} bytes`;
  const how = refusal ? `, ${end} ${refusal.code}: ${refusal.why}` : end === 'done' ? '' : `, ${end}`;
  const whom = route ? ` → ${route.target}` : '';
  return `${start} ${response?.status ?? '---'} ${what}${whom} for ${who}, ${protocol}, ${ms(timings.endMs)} ms, ${much}${how}`;
}

const ms = (time: number): string => (time < 100 ? time.toFixed(1) : String(Math.round(time)));

/**
 * A record for a line of a log: without bodies, and without heads where it would be longer. What it says of the request
 * itself fits: a line that still is too long has a path or a query that does not.
 */
export function shortened(record: FlowRecord, bytesMax: number): FlowRecord {
  const plain = without(record, false);
  if (fits(plain, bytesMax)) return plain;
  const bare = without(record, true);
  if (fits(bare, bytesMax)) return bare;
  const { query: _, ...request } = bare.request;
  const { path: __, ...upstream } = bare.upstream ?? { path: undefined };
  return {
    ...bare,
    request: { ...request, path: `${request.path.slice(0, pathMax)}…` },
    ...('name' in upstream && { upstream }),
    ...(bare.refusal && { refusal: { ...bare.refusal, why: bare.refusal.why.slice(0, pathMax) } }),
  };
}

/** Characters of a path in a line that would be too long: each takes up to six bytes as an escape. */
const pathMax = 200;

const fits = (record: FlowRecord, bytesMax: number): boolean => Buffer.byteLength(JSON.stringify(record)) <= bytesMax;

function without({ request, response, ...record }: FlowRecord, withoutHeads: boolean): FlowRecord {
  const { body: asked, ...rest } = request;
  const heads = withoutHeads ? { headers: [] } : {};
  const isShortened = withoutHeads || asked !== undefined || response?.body !== undefined || record.shortened;
  return {
    ...record,
    seq: 0,
    request: { ...rest, ...heads },
    ...(response && { response: answerWithout(response, withoutHeads) }),
    ...(isShortened && { shortened: true as const }),
  };
}

function answerWithout(
  { body: _, trailers, ...response }: NonNullable<FlowRecord['response']>,
  withoutHeads: boolean,
): NonNullable<FlowRecord['response']> {
  return withoutHeads ? { ...response, headers: [] } : { ...response, ...(trailers && { trailers }) };
}
