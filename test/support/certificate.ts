import { createAuthority, newKeyPair, webPrimitives } from '../../src/pki/index.ts';

/** A server's certificate and key, and the authority to trust for it; all PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A certificate for one name, which its subject says too, so that a client can say who answered. Each name has its own authority. */
export async function certificateFor(name: string): Promise<Certificate> {
  const when = { nowMs: Date.now(), days: 30 }; // TLS compares certificates with the wall clock
  const primitives = webPrimitives(crypto);
  const subject = { commonName: `authority of ${name}` };
  const authority = await createAuthority(await newKeyPair(crypto, false), { subject, ...when }, primitives);
  const { publicKey, privatePem } = await newKeyPair(crypto, true);
  const { pem } = await authority.issue({ names: [name], publicKey, ...when });
  return { cert: pem, key: await privatePem(), ca: authority.certificate.pem };
}
