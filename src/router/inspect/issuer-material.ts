import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { error } from '../../diagnostics/index.ts';
import { type Checked, type IssuerDocument, readIssuerDocument } from '../../ir/index.ts';
import type { IssuerMaterial } from './issuer.ts';

/** An issuer that can sign, and until when. */
export interface GoodIssuer {
  readonly material: IssuerMaterial;
  readonly document: IssuerDocument;
  /** Milliseconds since the epoch. */
  readonly notAfterMs: number;
}

/** Reads a document and holds key and certificates against each other and against the time. Never repeats a value of it. */
export function goodIssuer(text: string, place: string, nowMs: number): Checked<GoodIssuer> {
  const read = readIssuerDocument(text, place);
  if (read.is === 'bad') return read;
  const document = read.value;
  const problem = (what: string): Checked<never> => ({
    is: 'bad',
    diagnostics: [error('LG_ISSUER_DOCUMENT', [], `${place} ${what}`, 'write a new one with lakegate ca sign')],
  });
  let certificates: readonly X509Certificate[];
  let isOwnKey: boolean;
  try {
    certificates = document.chain.map((pem) => new X509Certificate(pem));
    const key = createPublicKey(createPrivateKey(document.keyPem));
    isOwnKey = certificates[0]?.publicKey.equals(key) === true && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return problem('has a key or certificate that cannot be read'); // what the parser says may repeat a part of it
  }
  if (!isOwnKey) return problem('has a key that is not the P-256 key of its first certificate');
  if (certificates.some(({ ca }) => !ca)) return problem('has a certificate in its chain that is not one of a CA');
  const unlinked = certificates.some((one, i) => {
    const above = certificates[i + 1];
    return above !== undefined && !(one.checkIssued(above) && one.verify(above.publicKey));
  });
  if (unlinked) return problem('has a chain in which a certificate is not issued by the next');
  const notAfterMs = Math.min(Date.parse(document.notAfter), ...certificates.map(({ validTo }) => Date.parse(validTo)));
  if (notAfterMs <= nowMs) return problem(`expired at ${new Date(notAfterMs).toISOString()}`);
  const ticketSecret = Buffer.from(document.ticketSecret, 'base64');
  return {
    is: 'good',
    value: { material: { keyPem: document.keyPem, chain: document.chain, ticketSecret }, document, notAfterMs },
  };
}
