import { quoted } from '../../../diagnostics/index.ts';
import type { NeedMore } from '../answer.ts';
import { agrees, fromLatin1, latin1 } from '../bytes.ts';
import { type HeadFault, headFault } from './fault.ts';
import { bareReturn, type Field, fieldsIn, findEnd, walkFields } from './fields.ts';
import { type Framing, PickedFields } from './framing.ts';

/** The head of a server's response, as far as it says where the response ends. */
export interface ResponseHead {
  readonly is: 'response';
  readonly status: number;
  /** 100, 103: another head for the same request follows. 101 is not interim: the protocol has changed. */
  readonly interim: boolean;
  readonly framing: Framing | { readonly by: 'close' };
  /** The server closes the connection behind it. */
  readonly closes: boolean;
  /** Protocols that the server changes to, in lower case. */
  readonly upgrade: readonly string[];
  /** Names in lower case, values trimmed. Made when it is asked for. */
  readonly fields: readonly Field[];
  readonly endsAt: number;
}

/**
 * Reads the head of one response at the start of the server's stream. Needed to know when the next request of a client
 * may be passed on, and whether an upgrade was granted. As strict as for requests: a server that answers ambiguously
 * could be read differently by the client behind.
 *
 * @param method Of the request that it answers: to HEAD no body follows.
 * @see RFC 9112 section 6.3
 */
export function parseResponseHead(prefix: Uint8Array, method: string): ResponseHead | NeedMore | HeadFault {
  if (!agrees(prefix, 0, start)) return headFault('version', 'the response does not begin as one of HTTP/1');
  const endsAt = findEnd(prefix);
  if (typeof endsAt !== 'number') return endsAt;
  const lineEnd = prefix.indexOf(0x0a) - 1;
  const line = latin1(prefix.subarray(0, lineEnd));
  const parts = statusLine.exec(line);
  if (!parts)
    return /[\r\0]/.test(line)
      ? bareReturn()
      : headFault('request-line', `the status line ${quoted(line)} is malformed`);
  const [status, minorVersion] = [Number(parts[2]), Number(parts[1])];
  const picked = new PickedFields(prefix);
  const fault = walkFields(prefix, lineEnd + 2, endsAt - 2, picked.take);
  if (fault) return fault;
  // What follows these is never a body, whatever their fields say.
  const framing = method === 'HEAD' || status < 200 || status === 204 || status === 304 ? none : picked.framing();
  if ('is' in framing) return framing;
  const closes = framing.by === 'close' || picked.closes(minorVersion);
  let fields: readonly Field[] | undefined;
  return {
    is: 'response',
    status,
    interim: status < 200 && status !== 101,
    framing,
    closes,
    upgrade: picked.connection.includes('upgrade') ? picked.upgrade : [],
    get fields() {
      fields ??= fieldsIn(prefix, lineEnd + 2, endsAt - 2);
      return fields;
    },
    endsAt,
  };
}

const start = fromLatin1('HTTP/1.');
const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const none: Framing = { by: 'none' };
