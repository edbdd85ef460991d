/**
 * DER, the one binary form of ASN.1 that certificates have: tag, length, content.
 *
 * @see ITU-T X.690 (02/2021), sections 8 and 10
 */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** Several encodings behind each other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function encoded(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = joined(contents);
  return joined([Uint8Array.from([tag, ...lengthOf(content.length)]), content]);
}

/** Below 128 in one byte; else the number of bytes that follow, and they. */
function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => encoded(tags.sequence, ...parts);

export const set = (...parts: readonly Uint8Array[]): Uint8Array => encoded(tags.set, ...parts);

export const boolean = (value: boolean): Uint8Array => encoded(tags.boolean, Uint8Array.of(value ? 0xff : 0));

/** A number that is not negative, by its bytes, highest first: in as few as show that it is not negative. */
export function unsigned(bytes: Uint8Array): Uint8Array {
  const from = bytes.findIndex((byte) => byte !== 0);
  const shortest = from < 0 ? Uint8Array.of(0) : bytes.subarray(from);
  return encoded(tags.integer, (shortest[0] ?? 0) >= 0x80 ? joined([Uint8Array.of(0), shortest]) : shortest);
}

/** A small number, from 0 to 255. */
export const small = (value: number): Uint8Array => unsigned(Uint8Array.of(value));

export const octetString = (content: Uint8Array): Uint8Array => encoded(tags.octetString, content);

/** @param unusedBits Bits at the end of the last byte that say nothing. */
export const bitString = (content: Uint8Array, unusedBits = 0): Uint8Array =>
  encoded(tags.bitString, Uint8Array.of(unusedBits), content);

export const utf8String = (text: string): Uint8Array => encoded(tags.utf8String, new TextEncoder().encode(text));

/** An object identifier from its dotted form. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((arc) => {
    const groups = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift(0x80 | (rest % 128));
    return groups;
  });
  return encoded(tags.oid, Uint8Array.from(bytes));
}

/** A time to the second. UTCTime, which has two digits for the year, before 2050. @see RFC 5280, section 4.1.2.5 */
export function time(ms: number): Uint8Array {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  const isShort = digits >= '1950' && digits < '2050';
  const content = new TextEncoder().encode(isShort ? digits.slice(2) : digits);
  return encoded(isShort ? tags.utcTime : tags.generalizedTime, content);
}

/** A field that its number names instead of its type. @param made Whether it holds other encodings. */
export const numbered = (number: number, content: Uint8Array, made: boolean): Uint8Array =>
  encoded(0x80 | (made ? 0x20 : 0) | number, content);
