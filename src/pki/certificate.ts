import { bitString, joined, numbered, oid, sequence, small, time, unsigned } from './der.ts';
import { type DistinguishedName, nameDer } from './distinguished-name.ts';
import { pem } from './pem.ts';
import type { Primitives, Signer } from './signer.ts';

/** A certificate in both forms. Public. */
export interface Certificate {
  readonly der: Uint8Array;
  readonly pem: string;
}

/** When a certificate is good, in milliseconds since the epoch, both ends included. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What is said in a certificate. */
export interface Statement {
  readonly subject: DistinguishedName;
  /** Exactly as it stands in the issuer's certificate. */
  readonly issuer: Uint8Array;
  /** The subject's, as SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly validity: Validity;
  readonly extensions: readonly Uint8Array[];
}

/** 127 bits: a serial cannot be guessed, and none is given twice. RFC 5280 allows 20 bytes, and no negative number. */
const serialBytes = 16;

/** Writes and signs a certificate of version 3. @see RFC 5280, section 4.1 */
export async function signed(statement: Statement, issuer: Signer, { random }: Primitives): Promise<Certificate> {
  const serial = random(serialBytes);
  serial[0] = (serial[0] ?? 0) & 0x7f;
  const algorithm = sequence(oid('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256, RFC 5758
  const { notBeforeMs, notAfterMs } = statement.validity;
  const toBeSigned = sequence(
    numbered(0, small(2), true),
    unsigned(serial),
    algorithm,
    statement.issuer,
    sequence(time(notBeforeMs), time(notAfterMs)),
    nameDer(statement.subject),
    statement.publicKey,
    numbered(3, sequence(joined(statement.extensions)), true),
  );
  const der = sequence(toBeSigned, algorithm, bitString(await issuer.sign(toBeSigned)));
  return { der, pem: pem('CERTIFICATE', der) };
}
