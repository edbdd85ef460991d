import { createAuthority, newKeyPair, webPrimitives } from '../pki/index.ts';

/** A server's key and its certificate, as PEM. The key never leaves this process. */
export interface Leaf {
  readonly key: string;
  readonly cert: string;
}

/** The certificate authority of one lab. Lives in memory, and only as long as the lab. */
export interface LabCa {
  /** What clients trust, as PEM. Public. */
  readonly pem: string;
  /** A certificate for exactly these names; its organizational unit is the name of the target. */
  issue(names: readonly string[], target: string): Promise<Leaf>;
}

const organization = 'lakegate lab';
/** Long enough for a lab that runs for weeks, short enough to limit the harm of a leak. */
const days = 30;

/** Makes a new authority. `nowMs` is the present, in milliseconds since the epoch. */
export async function createLabCa(nowMs: number): Promise<LabCa> {
  const subject = { organization, commonName: 'lakegate lab CA' };
  const authority = await createAuthority(
    await newKeyPair(crypto, false),
    { subject, nowMs, days },
    webPrimitives(crypto),
  );
  return {
    pem: authority.certificate.pem,
    async issue(names, target) {
      const { publicKey, privatePem } = await newKeyPair(crypto, true);
      const { pem } = await authority.issue({
        names,
        publicKey,
        subject: { organization, organizationalUnit: target },
        nowMs,
        days,
      });
      return { key: await privatePem(), cert: pem };
    },
  };
}
