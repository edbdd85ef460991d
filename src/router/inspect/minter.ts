import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { Hostname } from '../../ir/index.ts';
import { existingAuthority, type Primitives, type Signer } from '../../pki/index.ts';
import type { IssuerMaterial } from './issuer.ts';

/** A certificate for one name with its key. Secret. */
export interface Leaf {
  readonly keyPem: string;
  /** The leaf and what stands between it and the root, in PEM. */
  readonly chainPem: string;
  /** Milliseconds since the epoch: the earlier end of the leaf and what stands above it. */
  readonly notAfterMs: number;
}

/** Makes leaves for names. */
export interface Minter {
  leaf(name: Hostname, nowMs: number): Promise<Leaf>;
}

/** How long a leaf is good, in days; it is made again after half of that. Chromium takes none of 200 days or more. */
const leafDays = 30;

const primitives: Primitives = {
  random: randomBytes,
  sha256: async (message) => createHash('sha256').update(message).digest(),
};

/**
 * A minter with the key of an intermediate. One key serves all leaves of this process; it never leaves it, and never is
 * the key of the intermediate.
 *
 * @throws When the material is no P-256 key with its certificate.
 */
export async function minterOf({ keyPem, chain }: IssuerMaterial): Promise<Minter> {
  const key = createPrivateKey(keyPem);
  const signer: Signer = {
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
    sign: async (message) => sign('sha256', message, { key, dsaEncoding: 'der' }),
  };
  const [first] = chain;
  if (first === undefined) throw new Error('the issuer has no certificate');
  const authority = await existingAuthority(signer, new X509Certificate(first).raw, primitives);
  const ends = chain.map((pem) => Date.parse(new X509Certificate(pem).validTo));
  const own = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = own.publicKey.export({ type: 'spki', format: 'der' });
  const ownPem = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    async leaf(name, nowMs) {
      const made = await authority.issue({ names: [name], publicKey, nowMs, days: leafDays });
      return {
        keyPem: ownPem,
        chainPem: [made.pem, ...chain].join(''),
        notAfterMs: Math.min(nowMs + leafDays * 86_400_000, ...ends),
      };
    },
  };
}
