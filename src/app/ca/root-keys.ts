import { createHash, randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { type Diagnostic, error, unreadable } from '../../diagnostics/index.ts';
import type { Primitives, Signer } from '../../pki/index.ts';
import { errorCode, type HoldContext, type WorkingFolder } from '../files/index.ts';
import { type CaRoot, type FileBeside, idOfKey } from './ca-file.ts';
import { awsProblem, type Clouds } from './clouds.ts';
import { keyFileBytesMax, newFileKey, openFileKey } from './key-file.ts';
import { type PassphraseFrom, readPassphrase } from './passphrase.ts';

/** What the use cases of the CA need of the machine. */
export interface CaContext extends WorkingFolder, HoldContext {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly passphraseFrom: PassphraseFrom;
  readonly clouds: Clouds;
}

/** Where the key of a new root is: a new one in an encrypted file, or one that KMS has. */
export type KeyWish = { readonly by: 'file' } | { readonly by: 'kms'; readonly key: string; readonly region: string };

/** A root key that can sign now. */
export interface RootKey {
  readonly signer: Signer;
  readonly id: string;
  readonly key: CaRoot['key'];
  /** What has to be written so that the key is found again. */
  readonly beside?: FileBeside;
}

export const primitives: Primitives = {
  random: randomBytes,
  sha256: async (message) => sha256(message),
};

const sha256 = (message: Uint8Array): Buffer => createHash('sha256').update(message).digest();

/** The key for a new root. */
export async function newRootKey(wish: KeyWish, caFile: string, context: CaContext): Promise<RootKey | Diagnostic> {
  if (wish.by === 'kms') {
    const signer = await kmsSigner(wish, context);
    return 'code' in signer ? signer : { signer, id: idOfKey(signer.publicKey), key: wish };
  }
  const read = await readPassphrase(context.passphraseFrom, context);
  if ('code' in read) return read;
  const { signer, id, text } = await newFileKey(read.passphrase);
  const name = `${basename(caFile).replace(/\.json$/, '')}-${id.slice(0, 8)}.key`;
  return { signer, id, key: { by: 'file', name }, beside: { name, content: text, mode: 0o600 } };
}

/** Opens the key of a root that is there. */
export async function rootKeyOf(root: CaRoot, caFile: string, context: CaContext): Promise<RootKey | Diagnostic> {
  const { key } = root;
  const signer =
    key.by === 'kms'
      ? await kmsSigner(key, context)
      : await fileSigner(join(dirname(resolve(context.cwd, caFile)), key.name), key.name, context);
  if ('code' in signer) return signer;
  const id = idOfKey(signer.publicKey);
  return id === root.id
    ? { signer, id, key }
    : error('LG_CA_KEY', [], `the key ${placeOfKey(key)} is not the one of the root ${root.id}`);
}

/** Where a key is, in words for messages. */
export const placeOfKey = (key: CaRoot['key']): string =>
  key.by === 'kms' ? `${key.key} (KMS, ${key.region})` : key.name;

interface KmsKey {
  readonly key: string;
  readonly region: string;
}

async function kmsSigner({ key, region }: KmsKey, { clouds }: CaContext): Promise<Signer | Diagnostic> {
  const { keys } = clouds.at(region);
  try {
    const { publicKey, spec, usage } = await keys.describe(key);
    if (spec !== 'ECC_NIST_P256' || usage !== 'SIGN_VERIFY')
      return error('LG_CA_KEY', [], `the KMS key ${key} is ${spec}, ${usage}; a root needs ECC_NIST_P256, SIGN_VERIFY`);
    return { publicKey, sign: (message) => keys.signDigest(key, sha256(message)) };
  } catch (cause) {
    return awsProblem(
      cause,
      'check that the key is there, and that the credentials may call kms:GetPublicKey and kms:Sign on it',
    );
  }
}
async function fileSigner(path: string, name: string, context: CaContext): Promise<Signer | Diagnostic> {
  let text: string;
  try {
    text = Buffer.from(await context.files.readFile(path, keyFileBytesMax)).toString('utf8');
  } catch (cause) {
    const code = errorCode(cause);
    if (code === undefined) throw cause;
    return unreadable(name, code, 'the key of the root is in this file; restore it from where it is kept');
  }
  const read = await readPassphrase(context.passphraseFrom, context);
  return 'code' in read ? read : openFileKey(text, name, read.passphrase);
}
