import {
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  sensitiveHeaders,
} from 'node:http2';
import type { Field, RawFields } from '../../protocols/http/index.ts';

/**
 * Sends the fields behind a body, or is false where Node writes none of them: it refuses some that have passed here, and throws
 * where nobody would catch it.
 */
export function sendsTrailers(stream: ClientHttp2Stream | ServerHttp2Stream, trailers: OutgoingHttpHeaders): boolean {
  if (stream.closed || stream.destroyed) return true;
  try {
    stream.sendTrailers(trailers);
    return true;
  } catch {
    return false;
  }
}

/** Fields by name: several of one name in one list. */
export function grouped(fields: readonly Field[]): OutgoingHttpHeaders {
  const made: Record<string, string | string[]> = Object.create(null);
  for (const { name, value } of fields) {
    const before = made[name];
    if (before === undefined) made[name] = value;
    else if (typeof before === 'string') made[name] = [before, value];
    else before.push(value);
  }
  return made;
}

/** Names of fields that no party on the way may keep for compression. @see RFC 7541 section 7.1.3 */
export function sensitiveIn(fields: IncomingHttpHeaders): string[] {
  const names: unknown = Reflect.get(fields, sensitiveHeaders);
  return Array.isArray(names) ? names.map(String) : [];
}

/** Node would add a Date of the router. The types leave it out. */
export const withoutDate = { sendDate: false };

export const withoutPseudo = (raw: RawFields): RawFields => {
  let at = 0;
  while (raw[at]?.startsWith(':')) at += 2;
  return raw.slice(at);
};

export function lengthOf(raw: RawFields): number {
  let length = 0;
  for (const text of raw) length += text.length;
  return length;
}
