import { byteAt, fromLatin1, latin1 } from '../bytes.ts';
import { type HeadFault, headFault } from './fault.ts';
import { isNamed, walkFields } from './fields.ts';
import type { Framing } from './framing.ts';

/** Longest line of a chunk's size, its extensions included. */
export const chunkLineMax = 256;
/** Longest trailer section. */
export const trailerCapBytes = 8_192;

/** Where in a body the next byte stands. Begin with {@link bodyStart}. */
export type BodyState =
  | { readonly in: 'end' }
  /** `left` bytes of content; then, if `chunked`, the end of its line. */
  | { readonly in: 'content'; readonly left: number; readonly chunked: boolean }
  /** The line end behind a chunk, of which `seen` bytes (0 or 1) are read. */
  | { readonly in: 'chunk-end'; readonly seen: 0 | 1 }
  | { readonly in: 'chunk-size'; readonly line: string }
  /** Fields behind the last chunk, up to the empty line. */
  | { readonly in: 'trailers'; readonly text: string }
  /** Until the connection ends. Responses only. */
  | { readonly in: 'rest' };

export const bodyStart = (framing: Framing | { readonly by: 'close' }): BodyState => {
  switch (framing.by) {
    case 'none':
      return { in: 'end' };
    case 'length':
      return { in: 'content', left: framing.bytes, chunked: false };
    case 'chunks':
      return { in: 'chunk-size', line: '' };
    case 'close':
      return { in: 'rest' };
    default:
      return framing satisfies never;
  }
};

export interface BodyStep {
  readonly is: 'read';
  /** Bytes of the chunk that belong to this body; what is behind them begins the next message. */
  readonly used: number;
  readonly state: BodyState;
}

/**
 * Reads on through a body. The bytes are forwarded as they are; this only finds where the body ends, so that the next
 * request on the connection is seen. Strict, as the head is: a chunk size is plain hexadecimal, a line ends with CR LF, a
 * trailer may not say how long the message is. Pure, and bounded by {@link chunkLineMax} and {@link trailerCapBytes}.
 *
 * @see RFC 9112 section 7.1
 */
export function readBody(state: BodyState, chunk: Uint8Array): BodyStep | HeadFault {
  let now = state;
  let used = 0;
  while (now.in !== 'end' && used < chunk.length) {
    const step = readPart(now, chunk.subarray(used));
    if (step.is === 'bad') return step;
    used += step.used;
    now = step.state;
  }
  return { is: 'read', used, state: now };
}

const read = (used: number, state: BodyState): BodyStep => ({ is: 'read', used, state });

/** One part of the body, as far as the bytes go; uses at least one. */
function readPart(state: Exclude<BodyState, { in: 'end' }>, bytes: Uint8Array): BodyStep | HeadFault {
  switch (state.in) {
    case 'rest':
      return read(bytes.length, state);
    case 'content': {
      const used = Math.min(state.left, bytes.length);
      const left = state.left - used;
      if (left > 0) return read(used, { ...state, left });
      return read(used, state.chunked ? { in: 'chunk-end', seen: 0 } : { in: 'end' });
    }
    case 'chunk-end': {
      const want = state.seen === 0 ? 0x0d : 0x0a;
      if (byteAt(bytes, 0) !== want) return headFault('chunk', 'a chunk is longer than its size says');
      return read(1, state.seen === 0 ? { in: 'chunk-end', seen: 1 } : { in: 'chunk-size', line: '' });
    }
    case 'chunk-size': {
      const newline = bytes.subarray(0, chunkLineMax + 2).indexOf(0x0a);
      const part = latin1(bytes.subarray(0, newline < 0 ? chunkLineMax + 2 : newline + 1));
      const line = state.line + part;
      if (line.length > chunkLineMax + 2)
        return headFault('chunk', `the size line of a chunk has more than ${chunkLineMax} characters`);
      if (newline < 0) return read(part.length, { in: 'chunk-size', line });
      // A size, then perhaps extensions of printable characters: no lone CR hides a second line in them.
      const size = /^([0-9a-fA-F]{1,12})(?:[ \t]*;[\t\x20-\x7e]*)?\r\n$/.exec(line)?.[1];
      if (size === undefined) return headFault('chunk', 'the size line of a chunk is malformed');
      const left = Number.parseInt(size, 16);
      return read(part.length, left > 0 ? { in: 'content', left, chunked: true } : { in: 'trailers', text: '' });
    }
    case 'trailers': {
      const newline = bytes.subarray(0, trailerCapBytes).indexOf(0x0a);
      const part = latin1(bytes.subarray(0, newline < 0 ? trailerCapBytes : newline + 1));
      const text = state.text + part;
      if (text.length > trailerCapBytes)
        return headFault('too-big', `the trailers have more than ${trailerCapBytes} bytes`);
      if (newline < 0) return read(part.length, { in: 'trailers', text });
      if (!text.endsWith('\r\n')) return headFault('bare-newline', 'a trailer line ends without a carriage return');
      if (text !== '\r\n' && !text.endsWith('\r\n\r\n')) return read(part.length, { in: 'trailers', text });
      const wrong = faultOfTrailers(text.slice(0, -2));
      return wrong ?? read(part.length, { in: 'end' });
    }
    default:
      return state satisfies never;
  }
}

/** Fields that a trailer may not carry: they frame or route the message. @see RFC 9110 section 6.5.1 */
const notInTrailers = ['content-length', 'transfer-encoding', 'host', 'connection', 'upgrade', 'trailer', 'te'];

function faultOfTrailers(text: string): HeadFault | undefined {
  const bytes = fromLatin1(text);
  let forbidden: string | undefined;
  const fault = walkFields(bytes, 0, bytes.length, (at, colonAt) => {
    forbidden ??= notInTrailers.find((name) => name.length === colonAt - at && isNamed(bytes, at, name));
  });
  return fault ?? (forbidden ? headFault('field', `the field ${forbidden} stands in the trailers`) : undefined);
}
