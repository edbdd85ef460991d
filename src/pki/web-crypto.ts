import { sequence, unsigned } from './der.ts';
import { pem } from './pem.ts';
import type { Primitives, Signer } from './signer.ts';

/** Keys, signatures, sums and randomness of a runtime: `globalThis.crypto` in Node and browsers. */
export type WebCrypto = typeof globalThis.crypto;

/** A key of this process. */
export interface KeyPair extends Signer {
  /** The private key as PKCS #8 in PEM. Rejects where the key was made so that it cannot leave. */
  privatePem(): Promise<string>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/**
 * A new P-256 key.
 *
 * @param extractable Whether its private half may be read: a server needs that, an authority does not.
 */
export async function newKeyPair(web: WebCrypto, extractable: boolean): Promise<KeyPair> {
  const keys = await web.subtle.generateKey(algorithm, extractable, ['sign', 'verify']);
  return {
    publicKey: new Uint8Array(await web.subtle.exportKey('spki', keys.publicKey)),
    async sign(message) {
      const options = { name: 'ECDSA', hash: 'SHA-256' };
      return signatureDer(new Uint8Array(await web.subtle.sign(options, keys.privateKey, Uint8Array.from(message))));
    },
    privatePem: async () => pem('PRIVATE KEY', new Uint8Array(await web.subtle.exportKey('pkcs8', keys.privateKey))),
  };
}

/** WebCrypto gives the two numbers of a signature behind each other; certificates want them as a sequence. */
function signatureDer(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(unsigned(raw.subarray(0, half)), unsigned(raw.subarray(half)));
}

export const webPrimitives = (web: WebCrypto): Primitives => ({
  random: (bytes) => web.getRandomValues(new Uint8Array(bytes)),
  sha256: async (message) => new Uint8Array(await web.subtle.digest('SHA-256', Uint8Array.from(message))),
});
