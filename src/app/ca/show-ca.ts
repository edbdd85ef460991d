import { X509Certificate } from 'node:crypto';
import type { Diagnostic } from '../../diagnostics/index.ts';
import { type Ca, type CaRoot, readCaFile } from './ca-file.ts';
import { absent, isoOf } from './init-ca.ts';
import type { IssuerStore } from './issuer-store.ts';
import { type CaContext, placeOfKey } from './root-keys.ts';
import { nextPhase } from './rotate-ca.ts';

/** A certificate as `ca show` prints it. Never a key. */
export interface ShownCertificate {
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whole days until the end; 0 where it has expired. */
  readonly daysLeft: number;
  /** SHA-256 of the certificate, in hexadecimal with colons, as browsers and openssl show it. */
  readonly fingerprint: string;
}

export interface ShownRoot extends ShownCertificate {
  readonly id: string;
  readonly use: 'current' | 'next' | 'previous';
  readonly names: readonly string[];
  /** Where its key is. */
  readonly key: string;
}

export interface ShownCa {
  readonly file: string;
  readonly name: string;
  readonly phase: Ca['phase'];
  readonly since: string;
  /** The phase of a rotation that is next, and from when. */
  readonly next: { readonly phase: string; readonly from: string };
  readonly roots: readonly ShownRoot[];
  /** What routers sign with. Absent where it was not asked for, or is not there. */
  readonly issuer?: ShownCertificate & { readonly place: string; readonly root?: string };
}

const dayMs = 86_400_000;

/** What there is of a CA. */
export async function showCa(
  spec: string,
  store: IssuerStore | undefined,
  context: CaContext,
): Promise<ShownCa | readonly Diagnostic[]> {
  const read = await readCaFile(spec, context);
  if ('code' in read) return [read];
  const { ca, file } = read;
  if (!ca) return [absent(read)];
  const roots = (['current', 'next', 'previous'] as const).flatMap((use) => {
    const root = ca[use];
    return root ? [{ use, ...shownRoot(root, context.nowMs) }] : [];
  });
  const { phase, fromMs } = nextPhase(ca);
  const next = { phase, from: isoOf(fromMs) };
  const shown = { file, name: ca.name, phase: ca.phase, since: ca.since, next, roots };
  const there = await store?.read();
  if (there?.is === 'bad') return there.diagnostics;
  const [first] = there?.value.chain ?? [];
  if (!store || first === undefined) return shown;
  const certificate = new X509Certificate(first);
  const root = roots.find(({ use }) => {
    const pem = ca[use]?.certificate;
    return pem !== undefined && certificate.verify(new X509Certificate(pem).publicKey);
  })?.id;
  return {
    ...shown,
    issuer: {
      place: store.place,
      ...(root !== undefined && { root }),
      ...shownCertificate(certificate, context.nowMs),
    },
  };
}

const shownRoot = (root: CaRoot, nowMs: number): Omit<ShownRoot, 'use'> => ({
  id: root.id,
  ...shownCertificate(new X509Certificate(root.certificate), nowMs),
  names: root.names,
  key: placeOfKey(root.key),
});

const shownCertificate = (certificate: X509Certificate, nowMs: number): ShownCertificate => ({
  subject: certificate.subject.replaceAll('\n', ', '),
  notBefore: new Date(certificate.validFrom).toISOString(),
  notAfter: new Date(certificate.validTo).toISOString(),
  daysLeft: Math.max(0, Math.floor((Date.parse(certificate.validTo) - nowMs) / dayMs)),
  fingerprint: certificate.fingerprint256,
});
