import { bigEndian, concat, fromLatin1 } from '../../src/router/protocols/bytes.ts';

/** One extension as encoded in a ClientHello. */
export const extension = (type: number, content: Uint8Array): Uint8Array =>
  concat(bigEndian(type, 2), bigEndian(content.length, 2), content);

/** A list behind its length. */
export const sized = (size: number, content: Uint8Array): Uint8Array =>
  concat(bigEndian(content.length, size), content);

/** A server_name extension with these entries. */
export const serverNames = (...names: readonly string[]): Uint8Array =>
  extension(0, sized(2, concat(...names.map((name) => concat([0], sized(2, fromLatin1(name)))))));

/** A ClientHello handshake message, its four-byte header included. Made by the tests, so that each field can be wrong. */
export function helloMessage(
  extensions: readonly Uint8Array[],
  parts: { readonly sessionId?: Uint8Array; readonly suites?: Uint8Array; readonly compression?: Uint8Array } = {},
): Uint8Array {
  const body = concat(
    [3, 3],
    new Uint8Array(32).fill(7),
    sized(1, parts.sessionId ?? new Uint8Array(32)),
    sized(2, parts.suites ?? Uint8Array.of(0x13, 0x01, 0x13, 0x02)),
    sized(1, parts.compression ?? Uint8Array.of(0)),
    sized(2, concat(...extensions)),
  );
  return concat([1], bigEndian(body.length, 3), body);
}

/** A TLS record. */
export const record = (content: Uint8Array, type = 0x16): Uint8Array => concat([type, 3, 1], sized(2, content));

/** The message in records, cut before each position. */
export function inRecords(message: Uint8Array, cuts: readonly number[]): Uint8Array {
  const ends = [...new Set([...cuts, message.length])].sort((a, b) => a - b);
  return concat(...ends.map((end, i) => record(message.subarray(ends[i - 1] ?? 0, end))));
}

/** A complete ordinary ClientHello for `name`. */
export const helloFor = (name: string): Uint8Array => record(helloMessage([serverNames(name)]));
