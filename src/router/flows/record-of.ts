import type { FlowRecord } from '../../ir/index.ts';
import type { KeptFlow, KeptHead } from './kept-flow.ts';
import { bodyText } from './redaction/body-text.ts';
import type { Redactor } from './redaction/redactor.ts';

type Field = FlowRecord['request']['headers'][number];
type Side = Pick<FlowRecord['request'], 'headers' | 'bodyBytes' | 'type' | 'body'>;

/** What a record is given by who keeps it. */
export interface RecordName {
  readonly id: string;
  readonly seq: number;
}

/** The record of a request that has ended: the only way out of the memory in which it is held, and redacted. */
export function recordOf(flow: KeptFlow, { id, seq }: RecordName): FlowRecord {
  const { start, rules, status, refusal, upstreamAt } = flow;
  const { redactor } = rules;
  const { client, route, nccs, protocol } = start;
  const asked = askedIn(flow.requestHead, start.name);
  const target = redactor.target(asked.target);
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? undefined : target.slice(mark + 1);
  const forwarded = start.forwarded !== undefined && redactor.text(start.forwarded);
  const isShortened = flow.requestHead === undefined;
  return {
    version: 1,
    id,
    seq,
    start: new Date(flow.startMs).toISOString(),
    client: {
      listener: client.listener,
      ...(client.endpoint !== undefined && { endpoint: client.endpoint }),
      ...(client.source !== undefined && { source: client.source }),
      nccs,
      workspaces: rules.workspacesOf(nccs),
      ...(client.tls && { tls: client.tls }),
    },
    ...(route && { route: { key: route.key, target: route.target } }),
    protocol,
    request: {
      method: asked.method,
      scheme: 'https',
      host: asked.host,
      path,
      ...(query !== undefined && { query }),
      ...side({ flow, head: flow.requestHead, bodyBytes: flow.fromClient, body: flow.requestBody }),
    },
    ...(status !== undefined && {
      response: {
        status,
        ...side({ flow, head: flow.answerHead, bodyBytes: flow.toClient, body: flow.answerBody }),
        ...(flow.trailers && { trailers: redacted(fieldsIn(flow.trailers), redactor) }),
      },
    }),
    ...(upstreamAt && {
      upstream: {
        name: upstreamAt.name,
        address: upstreamAt.address,
        reused: flow.isReused,
        ...(forwarded !== false && forwarded !== path && !isShortened && { path: forwarded }),
        ...(upstreamAt.tls && { tls: upstreamAt.tls }),
      },
    }),
    timings: {
      ...(flow.dialMs !== undefined && { dialMs: rounded(flow.dialMs) }),
      ...(flow.firstByteMs !== undefined && { firstByteMs: rounded(flow.firstByteMs) }),
      endMs: rounded(flow.endMs),
    },
    end: flow.endedAs ?? 'cut',
    ...(refusal && { refusal: { code: refusal.code, why: redactor.text(refusal.why) } }),
    ...(isShortened && { shortened: true as const }),
  };
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

interface SideOf {
  readonly flow: KeptFlow;
  readonly head: KeptHead | undefined;
  readonly bodyBytes: number;
  readonly body: string | undefined;
}

function side({ flow, head, bodyBytes, body }: SideOf): Side {
  const { redactor } = flow.rules;
  const fields = fieldsIn(head);
  const fieldValue = (name: string): string | undefined =>
    fields.find((field) => field.name.toLowerCase() === name)?.value;
  const type = fieldValue('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const isChunked = flow.start.protocol === 'http/1.1' && /chunked/i.test(fieldValue('transfer-encoding') ?? '');
  return {
    headers: redacted(fields, redactor),
    bodyBytes,
    ...(type !== undefined && { type: redactor.text(type) }),
    ...(body !== undefined &&
      body !== '' && {
        body: bodyText(
          {
            bytes: Buffer.from(body, 'latin1'),
            isCut: body.length < bodyBytes,
            isChunked,
            type,
            encoding: fieldValue('content-encoding')?.toLowerCase(),
          },
          redactor,
        ),
      }),
  };
}

const redacted = (fields: readonly Field[], redactor: Redactor): readonly Field[] =>
  fields.map(({ name, value }) => ({ name, value: redactor.header(name, value) }));

/** The fields of a head that has passed the parser. */
function fieldsIn(head: KeptHead | undefined): readonly Field[] {
  if (head === undefined) return [];
  if (typeof head !== 'string') {
    const fields: Field[] = [];
    for (let i = 0; i + 1 < head.length; i += 2) fields.push({ name: head[i] ?? '', value: head[i + 1] ?? '' });
    return fields;
  }
  return head
    .split('\r\n')
    .slice(1)
    .flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [{ name: line.slice(0, colon), value: line.slice(colon + 1).trim() }];
    });
}

/** Method, host, and target without authority. */
function askedIn(
  head: KeptHead | undefined,
  name: string,
): { readonly method: string; readonly host: string; readonly target: string } {
  if (head === undefined) return { method: '', host: name, target: '' };
  const fields = fieldsIn(head);
  const fieldValue = (field: string): string => fields.find((one) => one.name.toLowerCase() === field)?.value ?? '';
  if (typeof head !== 'string') {
    const host = hostIn(fieldValue(':authority') || fieldValue('host')) || name;
    return { method: fieldValue(':method'), host, target: fieldValue(':path') };
  }
  const [method = '', written = ''] = head.slice(0, head.indexOf('\r\n')).split(' ');
  const target = written.replace(/^https?:\/\/[^/?]*/i, '');
  return { method, host: hostIn(fieldValue('host')) || name, target: target.startsWith('?') ? `/${target}` : target };
}

const hostIn = (authority: string): string => authority.replace(/:[0-9]*$/, '').toLowerCase();
