import { randomBytes } from 'node:crypto';
import type { RoutePlan } from '../ir/index.ts';
import { createAuthority, newKeyPair, webPrimitives } from '../pki/index.ts';
import type { Issuer } from '../router/index.ts';

/** What stands in for a signer: a root that clients trust, and an intermediate that the routers issue with. In memory only. */
export interface LabInspectionCa {
  /** The root, as PEM. Clients of inspected names trust nothing else. */
  readonly pem: string;
  readonly issuer: Issuer;
}

const organization = 'lakegate lab';
/** As a signer's. */
const days = { root: 397, intermediate: 14 } as const;

/** Makes an authority for the inspected names of a plan; undefined where nothing is inspected. `nowMs`: since the epoch. */
export async function createLabInspectionCa(
  { inspection }: RoutePlan,
  nowMs: number,
): Promise<LabInspectionCa | undefined> {
  if (!inspection) return undefined;
  const { names } = inspection;
  const root = await createAuthority(
    await newKeyPair(crypto, false),
    {
      subject: { organization, commonName: 'lakegate lab inspection root' },
      nowMs,
      days: days.root,
      names,
      pathLength: 1,
    },
    webPrimitives(crypto),
  );
  const { publicKey, privatePem } = await newKeyPair(crypto, true);
  const subject = { organization, commonName: 'lakegate lab inspection intermediate' };
  const { pem } = await root.issueAuthority({ subject, publicKey, nowMs, days: days.intermediate, names });
  const material = { keyPem: await privatePem(), chain: [pem], ticketSecret: randomBytes(32) };
  return { pem: root.certificate.pem, issuer: { current: () => material } };
}
