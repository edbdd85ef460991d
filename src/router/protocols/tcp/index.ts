/**
 * tcp: raw bytes, told apart by nothing but the port.
 * Never: a look at them.
 */
import { noNotes, type Opened, type Opening } from '../opening.ts';
import type { Protocol } from '../protocol.ts';
import { silent } from '../refusal-style.ts';

const opened: Opened = { is: 'opened', claim: { speech: 'tcp' }, style: silent, startsAt: 0, notes: noNotes };
const opening: Opening = { next: () => opened };

/** Not a byte is waited for: the server may speak first. */
export const tcpProtocol: Protocol = { opening: () => opening };
