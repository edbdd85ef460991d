import { z } from 'zod';
import { error } from '../diagnostics/index.ts';
import type { Checked } from './checked.ts';
import type { Plain } from './plain.ts';
import { pemShape } from './value-shapes.ts';

/** Certificates between a leaf and the root at most. */
const chainMax = 4;
/** Characters of a private key in PEM at most: one of P-256 has 241. */
const keyCharactersMax = 4096;

/**
 * What a signer writes for routers: the key and chain of an intermediate CA. Secret; its one shape for files, for Secrets
 * Manager and for who reads them.
 */
const issuerDocumentShape = z.strictObject({
  version: z.literal(1),
  /** Private key of the intermediate, PKCS #8 in PEM. */
  keyPem: z
    .string()
    .max(keyCharactersMax)
    .regex(/^-----BEGIN PRIVATE KEY-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END PRIVATE KEY-----\n$/),
  /** The intermediate and what else stands below the root, in the order in which clients get them. */
  chain: z.array(pemShape).min(1).max(chainMax),
  /** Routers that share it resume each other's TLS sessions. Base64 of 32 to 64 bytes. */
  ticketSecret: z
    .string()
    .max(88)
    .regex(/^[A-Za-z0-9+/]{43,}={0,2}$/),
  /** The end of the intermediate, or of what stands above it if that is earlier. */
  notAfter: z.iso.datetime(),
});

export interface IssuerDocument extends Plain<z.output<typeof issuerDocumentShape>> {}

/** Bytes of the document as text at most. Secrets Manager takes 65,536. */
export const issuerBytesMax = 65_536;

/** Reads the text of a document. What is wrong is told by its place alone: no value of it is ever repeated. */
export function readIssuerDocument(text: string, place: string): Checked<IssuerDocument> {
  const bad = (what: string): Checked<never> => ({
    is: 'bad',
    diagnostics: [error('LG_ISSUER_DOCUMENT', [], `${place} ${what}`, 'write it with lakegate ca sign')],
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('is not JSON'); // the error of the parser quotes the text
  }
  const read = issuerDocumentShape.safeParse(value);
  if (read.success) return { is: 'good', value: read.data };
  const places = [...new Set(read.error.issues.map(({ path }) => path.join('.') || 'the document'))];
  return bad(`does not have the form of an issuer: see ${places.slice(0, 5).join(', ')}`);
}
