import { type Certificate, signed, type Validity } from './certificate.ts';
import { attributeMax, type DistinguishedName } from './distinguished-name.ts';
import {
  alternativeNames,
  authorityConstraints,
  authorityKey,
  authorityKeyUsage,
  forServers,
  leafConstraints,
  leafKeyUsage,
  subjectKey,
} from './extensions.ts';
import type { Primitives, Signer } from './signer.ts';

/** Clocks of clients may be behind: a certificate is good an hour before it is made. */
const backdatedMs = 3_600_000;
const dayMs = 86_400_000;

/** A certificate authority: what clients trust, and what it issues. */
export interface Authority {
  readonly certificate: Certificate;
  /** A certificate for a server. It never outlives the authority. */
  issue(leaf: LeafOptions): Promise<Certificate>;
}

export interface AuthorityOptions {
  readonly subject: DistinguishedName;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly days: number;
}

export interface LeafOptions {
  /** DNS names that the server answers to; at least one. The first label may be `*`. */
  readonly names: readonly string[];
  /** The server's public key as SubjectPublicKeyInfo. Not the authority's: some clients refuse equal key identifiers. */
  readonly publicKey: Uint8Array;
  /** Default: the first name as common name, empty where that is longer than a common name may be. */
  readonly subject?: DistinguishedName;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly days: number;
}

/** Makes an authority that signs its own certificate and issues to servers only. */
export async function createAuthority(
  signer: Signer,
  { subject, nowMs, days }: AuthorityOptions,
  primitives: Primitives,
): Promise<Authority> {
  const validity = validityOf(nowMs, days);
  const id = await keyIdentifier(signer.publicKey, primitives);
  const certificate = await signed(
    {
      subject,
      issuer: subject,
      publicKey: signer.publicKey,
      validity,
      extensions: [authorityConstraints(0), authorityKeyUsage(), forServers(), subjectKey(id), authorityKey(id)],
    },
    signer,
    primitives,
  );
  return {
    certificate,
    async issue(leaf) {
      const named = leaf.subject ?? commonName(leaf.names[0] ?? '');
      const until = validityOf(leaf.nowMs, leaf.days);
      return await signed(
        {
          subject: named,
          issuer: subject,
          publicKey: leaf.publicKey,
          validity: { ...until, notAfterMs: Math.min(until.notAfterMs, validity.notAfterMs) },
          extensions: [
            leafConstraints(),
            leafKeyUsage(),
            forServers(),
            subjectKey(await keyIdentifier(leaf.publicKey, primitives)),
            authorityKey(id),
            alternativeNames(leaf.names, Object.keys(named).length === 0),
          ],
        },
        signer,
        primitives,
      );
    },
  };
}

const validityOf = (nowMs: number, days: number): Validity => ({
  notBeforeMs: nowMs - backdatedMs,
  notAfterMs: nowMs + days * dayMs,
});

const commonName = (name: string): DistinguishedName => (name.length > attributeMax ? {} : { commonName: name });

/** What a key is known by: the first 160 bits of a sum of its bits. @see RFC 7093, section 2, method 1 */
async function keyIdentifier(publicKey: Uint8Array, { sha256 }: Primitives): Promise<Uint8Array> {
  return (await sha256(pointOf(publicKey))).slice(0, 20);
}

/** What SubjectPublicKeyInfo has in front of a P-256 point. @see RFC 5480, section 2 */
const p256Head = 26;
const p256Length = 91;

/** The bits of the key without what says of which kind it is. */
function pointOf(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== p256Length) throw new Error(`${publicKey.length} bytes are not a P-256 key`);
  return publicKey.subarray(p256Head);
}
