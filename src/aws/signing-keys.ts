import type { KMS } from '@aws-sdk/client-kms';
import type { Api } from './api.ts';

export interface SigningKeyState {
  readonly arn: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array;
  /** Such as `ECC_NIST_P256`. */
  readonly spec: string;
  /** Such as `SIGN_VERIFY`. */
  readonly usage: string;
}

export interface SigningKeys {
  /** @param key An id, an ARN or the name of an alias. Throws AwsCallError; `NotFoundException` for what does not exist. */
  describe(key: string): Promise<SigningKeyState>;
  /** Signs a SHA-256 digest with ECDSA on P-256. Gives `ECDSA-Sig-Value` in DER. */
  signDigest(key: string, digest: Uint8Array): Promise<Uint8Array>;
}

export function signingKeys(kms: Api<KMS>): SigningKeys {
  return {
    describe: (KeyId) =>
      kms.call('GetPublicKey', async (client) => {
        const { KeyId: arn, PublicKey, KeySpec, KeyUsage } = await client.getPublicKey({ KeyId });
        const publicKey = PublicKey ?? new Uint8Array();
        return { arn: arn ?? KeyId, publicKey, spec: KeySpec ?? '', usage: KeyUsage ?? '' };
      }),
    signDigest: (KeyId, Message) =>
      kms.call('Sign', async (client) => {
        const options = { SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'DIGEST' } as const;
        return (await client.sign({ KeyId, Message, ...options })).Signature ?? new Uint8Array();
      }),
  };
}
