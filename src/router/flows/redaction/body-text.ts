import { brotliDecompressSync, constants, gunzipSync, inflateSync } from 'node:zlib';
import { redactedJson } from './json-text.ts';
import type { Redactor } from './redactor.ts';

/** Bytes of a body that are kept, and characters of it that are shown. */
export const bodyBytesMax = 16_384;
/** A beginning of a compressed body gives at most this, or it is not shown. */
const inflatedBytesMax = 1024 * 1024;

/** The beginning of a body as it was sent. */
export interface KeptBody {
  readonly bytes: Buffer;
  /** More was sent. */
  readonly isCut: boolean;
  /** It is in chunks. */
  readonly isChunked: boolean;
  /** Media type in lower case, without parameters. */
  readonly type: string | undefined;
  readonly encoding: string | undefined;
}

/**
 * What may be shown of a body: of the kinds in which secrets can be found by their names. Everything else, and what cannot
 * be read as what it says that it is, gives no text.
 */
export function bodyText(body: KeptBody, redactor: Redactor): { readonly text?: string; readonly truncated: boolean } {
  const plain = plainBytes(body);
  if (plain === undefined) return { truncated: body.isCut };
  const isCut = body.isCut || plain.isCut || plain.bytes.length > bodyBytesMax;
  const text = new TextDecoder().decode(plain.bytes.subarray(0, bodyBytesMax)).replace(isCut ? /\ufffd+$/ : /$^/, '');
  const shown = shownText(text, isCut, body.type ?? '', redactor);
  return { ...(shown !== undefined && { text: shown }), truncated: isCut };
}

function shownText(text: string, isCut: boolean, type: string, redactor: Redactor): string | undefined {
  if (type === 'application/json' || /^[a-z]+\/[a-z0-9.+-]+\+json$/.test(type))
    return redactedJson(text, isCut, redactor);
  if (type === 'application/x-www-form-urlencoded') return formText(text, isCut, redactor);
  if (type === 'application/x-ndjson' || type === 'application/jsonl')
    return lines(text, isCut, (line) => jsonLine(line, redactor));
  if (type === 'text/event-stream') return lines(text, isCut, (line) => eventLine(line, redactor));
  return undefined;
}

function formText(text: string, isCut: boolean, redactor: Redactor): string | undefined {
  // The last pair may go on.
  const whole = isCut ? text.slice(0, text.lastIndexOf('&') + 1) : text;
  return /^[\x21-\x7e]*\s*$/.test(whole) ? redactor.pairs(whole) : undefined;
}

/** Whole lines, each by itself. */
function lines(text: string, isCut: boolean, show: (line: string) => string | undefined): string | undefined {
  const whole = isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  const shown = whole.split('\n').map(show);
  return shown.includes(undefined) ? undefined : shown.join('\n');
}

const jsonLine = (line: string, redactor: Redactor): string | undefined =>
  line.trim() === '' ? line : redactedJson(line, false, redactor);

/** @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
function eventLine(line: string, redactor: Redactor): string | undefined {
  if (line.trim() === '') return line;
  const [, field, rest = ''] = /^(event|id|retry|data|)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (field === undefined) return undefined;
  if (field !== 'data') return `${field}: ${redactor.text(rest.trim())}`;
  if (rest.trim() === '[DONE]') return line;
  const json = jsonLine(rest, redactor);
  return json === undefined ? undefined : `data: ${json}`;
}

function plainBytes({ bytes, isChunked, encoding, isCut }: KeptBody): { bytes: Buffer; isCut: boolean } | undefined {
  const joined = isChunked ? dechunked(bytes) : bytes;
  if (joined === undefined) return undefined;
  const options = { maxOutputLength: inflatedBytesMax };
  try {
    switch (encoding) {
      case undefined:
      case 'identity':
        return { bytes: joined, isCut };
      case 'gzip':
      case 'x-gzip':
        return { bytes: gunzipSync(joined, { ...options, finishFlush: constants.Z_SYNC_FLUSH }), isCut };
      case 'deflate':
        return { bytes: inflateSync(joined, { ...options, finishFlush: constants.Z_SYNC_FLUSH }), isCut };
      case 'br':
        return {
          bytes: brotliDecompressSync(joined, { ...options, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
          isCut,
        };
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** The data of chunks that passed the parser already, as far as it is there. */
function dechunked(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) break;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!Number.isSafeInteger(size) || size < 0) return undefined;
    if (size === 0) break;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
