import { hkdfSync } from 'node:crypto';

/** How long a ticket key is used, in milliseconds: who learns one reads no more than what was resumed in that time. */
const ticketPeriodMs = 12 * 3_600_000;

/**
 * The key of session tickets for a name in a period: the same in every process that has the secret, and another for each
 * name, so that a session of one name is never resumed for another.
 */
export function ticketKeys(secret: Uint8Array, name: string, nowMs: number): Buffer {
  const info = `lakegate tickets ${Math.floor(nowMs / ticketPeriodMs)} ${name}`;
  return Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), info, 48));
}

/** When the present key is no longer used, in milliseconds since the epoch. */
export const ticketPeriodEnd = (nowMs: number): number => (Math.floor(nowMs / ticketPeriodMs) + 1) * ticketPeriodMs;
