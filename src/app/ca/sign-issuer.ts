import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { type Diagnostic, error, listOf } from '../../diagnostics/index.ts';
import type { IssuerDocument } from '../../ir/index.ts';
import { existingAuthority, newKeyPair } from '../../pki/index.ts';
import { type Ca, type CaRoot, readCaFile } from './ca-file.ts';
import { awsProblem } from './clouds.ts';
import { absent, isoOf, mayNotSign } from './init-ca.ts';
import type { IssuerStore } from './issuer-store.ts';
import { namesOutside } from './names-outside.ts';
import type { PlannedCa } from './planned.ts';
import { type CaContext, primitives, type RootKey, rootKeyOf } from './root-keys.ts';

/** How long an intermediate is good, and with how much left of it a new one is made, in days. */
export const issuerDays = 14;
export const renewDays = 7;
const dayMs = 86_400_000;
const ticketSecretBytes = 32;

export type Signed =
  | { readonly is: 'signed'; readonly place: string; readonly notAfterMs: number; readonly root: string }
  /** What is there has more than {@link renewDays} left, is of the current root, and for the names of the plan. */
  | { readonly is: 'kept'; readonly place: string; readonly notAfterMs: number };

export interface SignOptions {
  readonly planned: PlannedCa;
  readonly store: IssuerStore;
  /** Sign only where what is there is not good for long. */
  readonly renew: boolean;
}

/** Makes a key and a certificate of an intermediate, and puts both where the routers fetch them. */
export async function signIssuer(
  spec: string,
  options: SignOptions,
  context: CaContext,
): Promise<Signed | readonly Diagnostic[]> {
  const { planned, store, renew } = options;
  const read = await readCaFile(spec, context);
  if ('code' in read) return [read];
  const { ca } = read;
  if (!ca) return [absent(read)];
  const unfit = unfitFor(ca, planned, context.nowMs);
  if (unfit) return [unfit];
  if (renew) {
    const there = await store.read();
    // What cannot be used is replaced; what cannot be reached is not.
    if (there?.is === 'bad' && there.diagnostics.some(({ code }) => code === 'LG_CA_ISSUER')) return there.diagnostics;
    const kept = there?.is === 'good' ? keptUntil(there.value, { ca, planned }, context.nowMs) : undefined;
    if (kept !== undefined) return { is: 'kept', place: store.place, notAfterMs: kept };
  }
  const key = await rootKeyOf(ca.current, read.file, context);
  if ('code' in key) return [key];
  let document: IssuerDocument;
  try {
    document = await issuerOf(key, { root: ca.current, planned }, context.nowMs);
  } catch (cause) {
    return [awsProblem(cause, mayNotSign)];
  }
  const problem = await store.write(document);
  if (problem) return [problem];
  return { is: 'signed', place: store.place, notAfterMs: Date.parse(document.notAfter), root: ca.current.id };
}

/** Why the current root cannot sign for the plan. */
function unfitFor({ current }: Ca, { inspection }: PlannedCa, nowMs: number): Diagnostic | undefined {
  const outside = namesOutside(current, inspection.names);
  if (outside.length > 0)
    return error(
      'LG_CA_NAMES',
      [],
      `the root ${current.id} may not sign for ${listOf(outside)}`,
      'run lakegate ca init --reissue, deliver the new certificate, and sign again',
    );
  const notAfter = Date.parse(new X509Certificate(current.certificate).validTo);
  return notAfter <= nowMs
    ? error(
        'LG_CA_EXPIRED',
        [],
        `the root ${current.id} expired at ${isoOf(notAfter)}`,
        'run lakegate ca init --reissue',
      )
    : undefined;
}

/** The end of an issuer that needs no renewal. */
function keptUntil(
  { chain, notAfter }: IssuerDocument,
  { ca, planned }: { readonly ca: Ca; readonly planned: PlannedCa },
  nowMs: number,
): number | undefined {
  const [first = ''] = chain;
  const endMs = Date.parse(notAfter);
  if (endMs - nowMs <= renewDays * dayMs) return undefined;
  try {
    const [certificate, root] = [new X509Certificate(first), new X509Certificate(ca.current.certificate)];
    // A key that was changed by a rotation, or names that have come: signed again at once.
    const isOfRoot = certificate.verify(root.publicKey);
    return isOfRoot && certificate.subject.includes(namesMark(planned)) ? endMs : undefined;
  } catch {
    return undefined;
  }
}

/** In the subject of an intermediate: tells for which names it was made, without reading its constraints. */
const namesMark = ({ name, inspection }: PlannedCa): string =>
  `issuer ${name} ${createHash('sha256').update(inspection.names.join()).digest('hex').slice(0, 12)}`;

async function issuerOf(
  key: RootKey,
  { root, planned }: { readonly root: CaRoot; readonly planned: PlannedCa },
  nowMs: number,
): Promise<IssuerDocument> {
  const { names, ca } = planned.inspection;
  const der = new X509Certificate(root.certificate).raw;
  const authority = await existingAuthority(key.signer, der, primitives);
  const pair = await newKeyPair(crypto, true);
  const made = await authority.issueAuthority({
    subject: { organization: ca.subject, commonName: namesMark(planned) },
    ...{ publicKey: pair.publicKey, nowMs, days: issuerDays, names },
  });
  const certificate = new X509Certificate(made.pem);
  // Looked at, not believed: the signature may come from another machine.
  if (!certificate.verify(new X509Certificate(root.certificate).publicKey))
    throw new Error('the root key gave a signature that does not verify');
  return {
    version: 1,
    keyPem: await pair.privatePem(),
    chain: [made.pem],
    ticketSecret: randomBytes(ticketSecretBytes).toString('base64'),
    notAfter: isoOf(Date.parse(certificate.validTo)),
  };
}
