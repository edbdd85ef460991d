import { createECDH, type KeyObject, randomBytes } from 'node:crypto';

/** The order of P-256. @see SEC 2, version 2.0, section 2.4.2 */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const bytes = 32;

/**
 * The ECDSA signature of a SHA-256 digest, as KMS gives it for `MessageType: DIGEST`: Node signs messages, and would hash the
 * digest once more. Of the simulated cloud: its arithmetic takes a time that depends on the key.
 *
 * @see FIPS 186-5, section 6.4.1
 */
export function signatureOfDigest(key: KeyObject, digest: Uint8Array): Buffer {
  const { d = '' } = key.export({ format: 'jwk' });
  const secret = numberOf(Buffer.from(d, 'base64url'));
  for (;;) {
    const nonce = numberOf(randomBytes(bytes));
    if (nonce === 0n || nonce >= order) continue;
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(bytesOf(nonce));
    const r = numberOf(ecdh.getPublicKey().subarray(1, 1 + bytes)) % order;
    const s = (inverse(nonce) * (numberOf(digest) + r * secret)) % order;
    if (r !== 0n && s !== 0n) return sequenceOf(r, s);
  }
}

const numberOf = (from: Uint8Array): bigint => BigInt(`0x${Buffer.from(from).toString('hex')}`);

const bytesOf = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');

/** By Fermat: the order is a prime. */
function inverse(value: bigint): bigint {
  let [result, base] = [1n, value % order];
  for (let exponent = order - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % order;
    base = (base * base) % order;
  }
  return result;
}

/** `ECDSA-Sig-Value` in DER. @see RFC 3279, section 2.2.3 */
function sequenceOf(...values: readonly bigint[]): Buffer {
  const integers = values.map((value) => {
    const whole = bytesOf(value);
    const from = whole.findIndex((byte) => byte !== 0);
    const shortest = whole.subarray(from);
    const content = (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), shortest]) : shortest;
    return Buffer.concat([Buffer.of(0x02, content.length), content]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}
