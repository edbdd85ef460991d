import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scrypt,
  sign,
} from 'node:crypto';
import { z } from 'zod';
import { type Diagnostic, error } from '../../diagnostics/index.ts';
import type { Signer } from '../../pki/index.ts';
import { broken, idOfKey } from './ca-file.ts';

/** scrypt: 128 MiB and about half a second for each guess of a passphrase. @see RFC 7914, section 2 */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const;
const scryptMemory = 160 * 1024 * 1024;
const keyBytes = 32;
const nonceBytes = 12;
const saltBytes = 16;

const base64 = z
  .string()
  .max(1024)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);

/** Bound to these parameters: a file can ask for no more memory than they take. */
const keyFileShape = z.strictObject({
  version: z.literal(1),
  /** What the root is known by. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.literal(cost.N),
    r: z.literal(cost.r),
    p: z.literal(cost.p),
    salt: base64,
  }),
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), nonce: base64, tag: base64 }),
  /** The private key as PKCS #8 in DER, encrypted. */
  encrypted: base64,
});

/** The file of an encrypted root key may have so many bytes. */
export const keyFileBytesMax = 16 * 1024;

/** A new root key: its signer, and the text of the file that keeps it. */
export async function newFileKey(
  passphrase: string,
): Promise<{ readonly signer: Signer; readonly id: string; readonly text: string }> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const signer = signerOf(privateKey);
  const id = idOfKey(signer.publicKey);
  const [salt, nonce] = [randomBytes(saltBytes), randomBytes(nonceBytes)];
  const wrapping = await derived(passphrase, salt);
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce).setAAD(aadOf(id));
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const encrypted = Buffer.concat([cipher.update(der), cipher.final()]);
  der.fill(0);
  wrapping.fill(0);
  const document: z.output<typeof keyFileShape> = {
    version: 1,
    id,
    kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64') },
    cipher: { name: 'aes-256-gcm', nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64') },
    encrypted: encrypted.toString('base64'),
  };
  return { signer, id, text: `${JSON.stringify(document, null, 2)}\n` };
}

/** Decrypts the text of a key file. The key stays in this process. */
export async function openFileKey(text: string, file: string, passphrase: string): Promise<Signer | Diagnostic> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return broken(file, 'is not JSON');
  }
  const read = keyFileShape.safeParse(value);
  if (!read.success) return broken(file, 'does not have the form of an encrypted key that lakegate ca init writes');
  const { id, kdf, cipher, encrypted } = read.data;
  const [nonce, tag] = [Buffer.from(cipher.nonce, 'base64'), Buffer.from(cipher.tag, 'base64')];
  if (nonce.length !== nonceBytes || tag.length !== 16) return broken(file, 'has a nonce or tag of another length');
  const wrapping = await derived(passphrase, Buffer.from(kdf.salt, 'base64'));
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapping, nonce).setAAD(aadOf(id)).setAuthTag(tag);
    const der = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    der.fill(0);
    return signerOf(key);
  } catch {
    return error('LG_CA_PASSPHRASE', [], `the passphrase does not decrypt ${file}, or the file was changed`);
  } finally {
    wrapping.fill(0);
  }
}

/** The tag covers what the key is known by, so that two files are not mixed up. */
const aadOf = (id: string): Buffer => Buffer.from(`lakegate inspection CA ${id}`);

const derived = (passphrase: string, salt: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, keyBytes, { ...cost, maxmem: scryptMemory }, (failure, key) =>
      failure ? reject(failure) : resolve(key),
    );
  });

const signerOf = (key: KeyObject): Signer => ({
  publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }),
  sign: async (message) => sign('sha256', message, { key, dsaEncoding: 'der' }),
});
