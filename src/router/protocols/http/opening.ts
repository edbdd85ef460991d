import { noNotes, type Opening, type ReadStep } from '../opening.ts';
import type { Protocol } from '../protocol.ts';
import type { RefusalStyle } from '../refusal-style.ts';
import { parseRequestHead } from './head.ts';
import { refusalGoaway, refusalResponse } from './response.ts';

export const inHttp: RefusalStyle = (refusal) => refusalResponse(refusal);

/** For a client that speaks HTTP/2 without TLS. */
export const inHttp2: RefusalStyle = refusalGoaway;

/** What a client asks for with its first request, from all bytes it has sent so far. */
function requestStep(prefix: Uint8Array): ReadStep {
  const head = parseRequestHead(prefix);
  switch (head.is) {
    case 'need-more':
      return { ...head, style: inHttp };
    case 'not-http':
      return { is: 'refuse', refusal: { code: 'LG_PROTOCOL', why: head.why }, style: inHttp };
    case 'bad':
      return { is: 'refuse', refusal: head, style: head.cause === 'http2' ? inHttp2 : inHttp };
    case 'request':
      return {
        is: 'opened',
        claim: { speech: 'http', name: head.host },
        style: inHttp,
        startsAt: 0,
        request: head,
        notes: noNotes,
      };
    default:
      return head satisfies never;
  }
}

const opening: Opening = { next: requestStep };

export const httpProtocol: Protocol = { opening: () => opening };
