import { hkdfSync, randomBytes } from 'node:crypto';

/**
 * The key of the hashes that stand for secrets: from the secret that a fleet shares, so that equal secrets look alike at all
 * of its routers, else one of this process.
 */
export function flowKey(fleetSecret: () => Uint8Array | undefined): () => Uint8Array {
  const own = randomBytes(32);
  let from: Uint8Array | undefined;
  let key: Uint8Array = own;
  return () => {
    const secret = fleetSecret();
    if (secret !== undefined && secret !== from) {
      from = secret;
      key = new Uint8Array(hkdfSync('sha256', secret, '', 'lakegate: redacted values in flow records', 32));
    }
    return key;
  };
}
