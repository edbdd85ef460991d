import { createHash, randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { type Diagnostic, error, unreadable } from '../../diagnostics/index.ts';
import type { Primitives, Signer } from '../../pki/index.ts';
import { errorCode, type HoldContext, type WorkingFolder } from '../files/index.ts';
import { type CaRoot, type FileBeside, idOfKey } from './ca-file.ts';
import { keyFileBytesMax, newFileKey, openFileKey } from './key-file.ts';
import { type PassphraseFrom, readPassphrase } from './passphrase.ts';

/** What the use cases of the CA need of the machine. */
export interface CaContext extends WorkingFolder, HoldContext {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly passphraseFrom: PassphraseFrom;
}

/** Where a new root key is to be kept. */
export type KeyWish = { readonly by: 'file' };

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
  sha256: async (message) => createHash('sha256').update(message).digest(),
};

/** Makes a key for a new root. */
export async function newRootKey(_wish: KeyWish, caFile: string, context: CaContext): Promise<RootKey | Diagnostic> {
  const read = await readPassphrase(context.passphraseFrom, context);
  if ('code' in read) return read;
  const { signer, id, text } = await newFileKey(read.passphrase);
  const name = `${(caFile.split('/').at(-1) ?? caFile).replace(/\.json$/, '')}-${id.slice(0, 8)}.key`;
  return { signer, id, key: { by: 'file', name }, beside: { name, content: text, mode: 0o600 } };
}

/** Opens the key of a root that is there. */
export async function rootKeyOf(root: CaRoot, caFile: string, context: CaContext): Promise<RootKey | Diagnostic> {
  const { key } = root;
  const signer = await fileSigner(join(dirname(resolve(context.cwd, caFile)), key.name), key.name, context);
  if ('code' in signer) return signer;
  const id = idOfKey(signer.publicKey);
  return id === root.id
    ? { signer, id, key }
    : error('LG_CA_KEY', [], `the key ${key.name} is not the one of the root ${root.id}`);
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
