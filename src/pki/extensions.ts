import { bitString, boolean, joined, numbered, octetString, oid, sequence, small } from './der.ts';

/** @see RFC 5280, section 4.2: what stands there of each extension is what its function writes. */
const ids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  nameConstraints: '2.5.29.30',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

const serverAuth = '1.3.6.1.5.5.7.3.1';

/** One extension. Critical: who does not understand it must refuse the certificate. */
const extension = (name: keyof typeof ids, value: Uint8Array, critical = false): Uint8Array =>
  sequence(oid(ids[name]), ...(critical ? [boolean(true)] : []), octetString(value));

/** An authority, below which may stand so many others; 0: it issues to servers only. */
export const authorityConstraints = (pathLength: number): Uint8Array =>
  extension('basicConstraints', sequence(boolean(true), small(pathLength)), true);

/** Not an authority. */
export const leafConstraints = (): Uint8Array => extension('basicConstraints', sequence(), true);

/** keyCertSign and cRLSign: the bits 5 and 6, counted from the highest. */
export const authorityKeyUsage = (): Uint8Array =>
  extension('keyUsage', bitString(Uint8Array.of(0b0000_0110), 1), true);

/** digitalSignature: bit 0. */
export const leafKeyUsage = (): Uint8Array => extension('keyUsage', bitString(Uint8Array.of(0b1000_0000), 7), true);

export const forServers = (): Uint8Array => extension('extendedKeyUsage', sequence(oid(serverAuth)));

export const subjectKey = (id: Uint8Array): Uint8Array => extension('subjectKeyIdentifier', octetString(id));

export const authorityKey = (id: Uint8Array): Uint8Array =>
  extension('authorityKeyIdentifier', sequence(numbered(0, id, false)));

/** DNS names. Critical where the subject is empty. */
export const alternativeNames = (names: readonly string[], critical: boolean): Uint8Array =>
  extension(
    'subjectAlternativeName',
    sequence(joined(names.map((name) => numbered(2, new TextEncoder().encode(name), false)))),
    critical,
  );

/**
 * An authority may issue for these DNS names and all below them, and for no address: a list of DNS names alone says nothing
 * about addresses. @see RFC 5280, section 4.2.1.10
 */
export const nameConstraints = (names: readonly string[]): Uint8Array =>
  extension(
    'nameConstraints',
    sequence(
      numbered(0, joined(names.map((name) => sequence(numbered(2, new TextEncoder().encode(name), false)))), true),
      numbered(1, joined([8, 32].map((length) => sequence(numbered(7, new Uint8Array(length), false)))), true),
    ),
    true,
  );
