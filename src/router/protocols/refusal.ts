import type { Refusal } from '../../diagnostics/index.ts';
import { nothing } from './bytes.ts';
import { refusalGoaway, refusalResponse } from './http/index.ts';
import { errPacket } from './mysql/index.ts';
import { errorResponse } from './postgres/index.ts';
import { type Alert, alertFor, alertRecord } from './tls/index.ts';

/** The protocol that a client can read at this moment of its connection. */
export type Voice =
  /** During or before its TLS handshake: a record in plaintext. `alert`: where the fault of a hello has its own. */
  | { readonly in: 'tls'; readonly alert?: Alert }
  /** PostgreSQL without TLS, before the answer to a startup packet. */
  | { readonly in: 'postgres'; readonly hint?: string }
  | { readonly in: 'http'; readonly head?: boolean }
  | { readonly in: 'http2' }
  /** MySQL outside TLS. `sequence`: 0 in place of a greeting, 2 in answer to a login. */
  | { readonly in: 'mysql'; readonly sequence: 0 | 2; readonly hint?: string }
  /** Nothing that the client would understand: the connection is closed. */
  | { readonly in: 'silence' }
  /** A reset, where a client would take anything that is said for final. */
  | { readonly in: 'reset' };

/** The last bytes a refused client gets, in its own protocol. */
export function refusalBytes(voice: Voice, refusal: Refusal): Uint8Array {
  switch (voice.in) {
    case 'tls':
      return alertRecord(voice.alert ?? alertFor(refusal.code));
    case 'postgres':
      return errorResponse(refusal, voice.hint);
    case 'http':
      return refusalResponse(refusal, voice.head);
    case 'http2':
      return refusalGoaway(refusal);
    case 'mysql':
      return errPacket(refusal, voice);
    case 'silence':
    case 'reset':
      return nothing;
    default:
      return voice satisfies never;
  }
}
