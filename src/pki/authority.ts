import { type Certificate, signed, type Validity } from './certificate.ts';
import { attributeMax, type DistinguishedName, nameDer } from './distinguished-name.ts';
import {
  alternativeNames,
  authorityConstraints,
  authorityKey,
  authorityKeyUsage,
  forServers,
  leafConstraints,
  leafKeyUsage,
  nameConstraints,
  subjectKey,
} from './extensions.ts';
import { readIssuerCertificate } from './issuer-certificate.ts';
import { pem } from './pem.ts';
import type { Primitives, Signer } from './signer.ts';

/** Clocks of clients may be behind: a certificate is good an hour before it is made. */
const backdatedMs = 3_600_000;
const dayMs = 86_400_000;

/** A certificate authority: what clients trust, and what it issues. */
export interface Authority {
  readonly certificate: Certificate;
  /** A certificate for a server. It never outlives the authority. */
  issue(leaf: LeafOptions): Promise<Certificate>;
  /** A certificate for an authority below this one, which issues to servers only. It never outlives this one. */
  issueAuthority(options: BelowOptions): Promise<Certificate>;
}

export interface AuthorityOptions {
  readonly subject: DistinguishedName;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly days: number;
  /** The DNS names it may issue for, each with all names below it. Absent: any name. */
  readonly names?: readonly string[];
  /** Authorities that may stand below it, one below the other. Default 0. */
  readonly pathLength?: number;
}

export interface BelowOptions extends Omit<AuthorityOptions, 'pathLength'> {
  /** As SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
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
  options: AuthorityOptions,
  primitives: Primitives,
): Promise<Authority> {
  const { subject, nowMs, days } = options;
  const id = await keyIdentifier(signer.publicKey, primitives);
  const validity = validityOf(nowMs, days);
  const issuer = { name: nameDer(subject), keyId: id, notAfterMs: validity.notAfterMs };
  const extensions = authorityExtensions(id, id, options);
  const statement = { subject, issuer: issuer.name, publicKey: signer.publicKey, validity, extensions };
  return issuing(await signed(statement, signer, primitives), issuer, { signer, primitives });
}

/**
 * An authority whose certificate is there already, such as one that another has issued.
 *
 * @throws When the certificate cannot be read, or is for another key.
 */
export async function existingAuthority(signer: Signer, der: Uint8Array, primitives: Primitives): Promise<Authority> {
  const read = readIssuerCertificate(der);
  if (!read) throw new Error('the certificate of the authority cannot be read');
  if (!isSame(read.publicKey, signer.publicKey)) throw new Error('the certificate of the authority is for another key');
  const issuer = { name: read.name, keyId: read.keyIdentifier, notAfterMs: read.notAfterMs };
  return issuing({ der, pem: pem('CERTIFICATE', der) }, issuer, { signer, primitives });
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, i) => byte === other[i]);

/** What certificates of an authority repeat of its own. */
interface Issuer {
  readonly name: Uint8Array;
  readonly keyId: Uint8Array;
  readonly notAfterMs: number;
}

interface Means {
  readonly signer: Signer;
  readonly primitives: Primitives;
}

function issuing(certificate: Certificate, issuer: Issuer, { signer, primitives }: Means): Authority {
  const within = (validity: Validity): Validity => ({
    ...validity,
    notAfterMs: Math.min(validity.notAfterMs, issuer.notAfterMs),
  });
  return {
    certificate,
    async issue({ names, publicKey, nowMs, days, subject = commonName(names[0] ?? '') }) {
      const extensions = [
        leafConstraints(),
        leafKeyUsage(),
        forServers(),
        subjectKey(await keyIdentifier(publicKey, primitives)),
        authorityKey(issuer.keyId),
        alternativeNames(names, Object.keys(subject).length === 0),
      ];
      const validity = within(validityOf(nowMs, days));
      return await signed({ subject, issuer: issuer.name, publicKey, validity, extensions }, signer, primitives);
    },
    async issueAuthority(options) {
      const { subject, publicKey, nowMs, days } = options;
      const extensions = authorityExtensions(await keyIdentifier(publicKey, primitives), issuer.keyId, options);
      const validity = within(validityOf(nowMs, days));
      return await signed({ subject, issuer: issuer.name, publicKey, validity, extensions }, signer, primitives);
    },
  };
}

/** Constraints stand in every authority: Java ignores them in the one that it trusts. */
const authorityExtensions = (
  own: Uint8Array,
  issuers: Uint8Array,
  { names, pathLength = 0 }: Pick<AuthorityOptions, 'names' | 'pathLength'>,
): readonly Uint8Array[] => [
  authorityConstraints(pathLength),
  authorityKeyUsage(),
  forServers(),
  subjectKey(own),
  authorityKey(issuers),
  ...(names ? [nameConstraints(names)] : []),
];

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
