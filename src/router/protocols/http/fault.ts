import type { Fault } from '../answer.ts';

export type HeadCause =
  | 'http2'
  | 'too-big'
  | 'too-many-fields'
  | 'method'
  | 'request-line'
  | 'version'
  | 'target'
  | 'connect'
  | 'bare-newline'
  | 'bare-return'
  | 'field'
  | 'folded-field'
  | 'no-host'
  | 'several-hosts'
  | 'host'
  | 'host-address'
  | 'host-unknown'
  | 'host-differs'
  | 'both-lengths'
  | 'chunk'
  | 'content-length'
  | 'transfer-encoding'
  | 'pseudo-field'
  | 'hop-field';

export type HeadFault = Fault<HeadCause>;

export const headFault = (cause: HeadCause, why: string): HeadFault => ({ is: 'bad', cause, code: codeOf(cause), why });

/** A field that frames a message, written with `_`. */
export const misspelled = (name: string): HeadFault =>
  headFault('field', `the field ${name} is read as one with - in it by some servers`);

function codeOf(cause: HeadCause): HeadFault['code'] {
  if (cause === 'too-big' || cause === 'too-many-fields') return 'LG_TOO_BIG';
  if (cause === 'no-host' || cause === 'host-address') return 'LG_NO_NAME';
  return cause === 'host-unknown' ? 'LG_NAME_UNKNOWN' : 'LG_PROTOCOL';
}
