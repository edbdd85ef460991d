import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** A server's key and its certificate, as PEM. The key never leaves this process. */
export interface Leaf {
  readonly key: string;
  readonly cert: string;
}

/** The certificate authority of one lab. Lives in memory, and only as long as the lab. */
export interface LabCa {
  /** What clients trust, as PEM. Public. */
  readonly pem: string;
  /** A certificate for exactly these names; its organizational unit is the target that the server stands for. */
  issue(names: readonly string[], target: string): Promise<Leaf>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const organization = 'lakegate lab';
/** Long enough for a lab that is left running over a week, short enough to be worthless when it leaks. */
const validDays = 30;
/** Clocks of clients may be behind. */
const graceMs = 3_600_000;

/** Makes a new authority. `nowMs` is the present, in milliseconds since the epoch. */
export async function createLabCa(nowMs: number): Promise<LabCa> {
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const valid = { notBefore: new Date(nowMs - graceMs), notAfter: new Date(nowMs + validDays * 86_400_000) };
  const name = `CN=lakegate lab CA, O=${organization}`;
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...valid,
    serialNumber: '01',
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  let serial = 1;
  return {
    pem: authority.toString('pem'),
    async issue(names, target) {
      const own = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      serial += 1;
      const made = await x509.X509CertificateGenerator.create({
        ...valid,
        serialNumber: serial.toString(16).padStart(8, '0'),
        subject: new x509.Name([{ O: [organization] }, { OU: [target] }]).toString(),
        issuer: authority.subject,
        signingKey: keys.privateKey,
        publicKey: own.publicKey,
        signingAlgorithm: algorithm,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', own.privateKey), 'PRIVATE KEY');
      return { key, cert: made.toString('pem') };
    },
  };
}
