import { STATUS_CODES } from 'node:http';
import type { FlowRecord } from '../../ir/index.ts';

type Field = FlowRecord['request']['headers'][number];

/**
 * Records as HAR 1.2, which the developer tools of browsers open. What HAR has no place for stands in `_lakegate`.
 *
 * @param version Of lakegate, for `creator`.
 * @see http://www.softwareishard.com/blog/har-12-spec/ (2026-11-24)
 */
export const harOf = (records: readonly FlowRecord[], version: string) => ({
  log: { version: '1.2', creator: { name: 'lakegate', version }, entries: records.map(entryOf) },
});

function entryOf(record: FlowRecord) {
  const { timings, upstream, refusal, response } = record;
  return {
    startedDateTime: record.start,
    time: timings.endMs,
    request: requestOf(record),
    response: responseOf(record),
    cache: {},
    timings: timingsOf(record),
    ...(upstream?.address !== undefined && { serverIPAddress: upstream.address.replace(/:[0-9]+$/, '') }),
    ...(refusal && { comment: `${refusal.code}: ${refusal.why}` }),
    ...(response?.status === 101 && { _resourceType: 'websocket' }),
    _lakegate: {
      id: record.id,
      client: record.client,
      ...(record.route && { route: record.route }),
      ...(upstream && { upstream }),
      end: record.end,
      ...(refusal && { refusal }),
    },
  };
}

const httpVersion = ({ protocol }: FlowRecord): string => (protocol === 'h2' ? 'h2' : 'HTTP/1.1');
/** HAR wants these taken apart; a cookie is redacted as one. */
const cookies: readonly never[] = [];

function requestOf(record: FlowRecord) {
  const { method, scheme, host, path, query, headers, bodyBytes, type, body } = record.request;
  const authority = fieldValue(headers, ':authority') ?? fieldValue(headers, 'host') ?? host;
  return {
    method,
    url: `${scheme}://${authority}${path}${query === undefined ? '' : `?${query}`}`,
    httpVersion: httpVersion(record),
    cookies,
    headers,
    queryString: query === undefined ? [] : pairsOf(query),
    headersSize: -1,
    bodySize: bodyBytes,
    ...(bodyBytes > 0 && {
      postData: { mimeType: type ?? 'application/octet-stream', text: body?.text ?? '', ...notComplete(body) },
    }),
  };
}

function responseOf(record: FlowRecord) {
  const { response } = record;
  if (!response)
    return {
      ...{ status: 0, statusText: '', httpVersion: httpVersion(record), cookies, headers: [] },
      content: { size: 0, mimeType: 'x-unknown' },
      ...{ redirectURL: '', headersSize: -1, bodySize: -1, _error: record.end },
    };
  const { status, headers, bodyBytes, type, body } = response;
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    httpVersion: httpVersion(record),
    cookies,
    headers,
    content: {
      size: bodyBytes,
      mimeType: type ?? 'x-unknown',
      ...(body?.text !== undefined && { text: body.text }),
      ...notComplete(body),
    },
    redirectURL: fieldValue(headers, 'location') ?? '',
    headersSize: -1,
    bodySize: bodyBytes,
  };
}

/** Those that apply add up to the time of the entry. */
function timingsOf({ timings: { dialMs, firstByteMs, endMs } }: FlowRecord) {
  const answered = firstByteMs ?? endMs;
  const waited = answered - (dialMs ?? 0);
  return {
    ...{ blocked: -1, dns: -1, ssl: -1, send: 0 },
    connect: dialMs ?? -1,
    wait: Math.max(0, waited),
    receive: Math.max(0, endMs - answered),
  };
}

const notComplete = (body: FlowRecord['request']['body']): { readonly comment?: string } =>
  body === undefined
    ? { comment: 'bodies of this target are not recorded' }
    : body.text === undefined
      ? { comment: 'not shown: secrets cannot be found in a body of this kind' }
      : body.truncated
        ? { comment: 'only the beginning' }
        : {};

const fieldValue = (headers: readonly Field[], name: string): string | undefined =>
  headers.find((field) => field.name.toLowerCase() === name)?.value;

const pairsOf = (query: string): readonly Field[] =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const mark = pair.indexOf('=');
      return mark < 0 ? { name: pair, value: '' } : { name: pair.slice(0, mark), value: pair.slice(mark + 1) };
    });
