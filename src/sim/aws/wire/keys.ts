import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { signatureOfDigest } from '../digest-signature.ts';
import { AwsError } from '../errors.ts';
import { type AwsWorld, arnOf, type Caller, type Thing, text } from '../world.ts';
import { type Body, type JsonAction, member } from './json.ts';

/** The private keys of a world. They are in no attribute of it: KMS never gives one away. */
const privateKeys = new WeakMap<AwsWorld, Map<string, KeyObject>>();

/** The longest message that is signed as it is. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html (2026-11-25) */
const rawBytesMax = 4096;

/** The KMS calls that lakegate makes, by their names after the dot of `X-Amz-Target`. */
export const keyActions: Readonly<Record<string, JsonAction>> = {
  GetPublicKey(world, caller, body) {
    const key = keyFor(world, caller, body);
    signingKey(key);
    return {
      KeyId: key.attributes.arn,
      PublicKey: createPublicKey(privateKeyOf(world, key)).export({ type: 'spki', format: 'der' }).toString('base64'),
      CustomerMasterKeySpec: 'ECC_NIST_P256',
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    };
  },

  Sign(world, caller, body) {
    const key = keyFor(world, caller, body);
    signingKey(key);
    const algorithm = member(body, 'SigningAlgorithm');
    if (algorithm !== 'ECDSA_SHA_256')
      throw new AwsError(
        'InvalidKeyUsageException',
        `Algorithm ${algorithm} is incompatible with key spec ECC_NIST_P256.`,
      );
    const message = Buffer.from(member(body, 'Message'), 'base64');
    const isDigest = member(body, 'MessageType') === 'DIGEST';
    if (isDigest && message.length !== 32)
      throw new AwsError('ValidationException', 'Digest is invalid length for algorithm ECDSA_SHA_256.');
    if (message.length === 0 || message.length > rawBytesMax)
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to ${rawBytesMax}`,
      );
    const from = privateKeyOf(world, key);
    const signature = isDigest ? signatureOfDigest(from, message) : sign('sha256', message, from);
    return { KeyId: key.attributes.arn, Signature: signature.toString('base64'), SigningAlgorithm: algorithm };
  },
};

/** By id, ARN, or the name or ARN of an alias. */
function keyFor(world: AwsWorld, caller: Caller, body: Body): Thing {
  const wanted = member(body, 'KeyId');
  const alias = world
    .local('aws_kms_alias', caller)
    .find(({ id, attributes }) => wanted === id || wanted === text(attributes, 'arn'));
  const reference = alias ? text(alias.attributes, 'target_key_id') : wanted;
  const key = world.find('aws_kms_key', reference);
  if (!key || key.account !== caller.account || key.region !== caller.region) {
    const shown = /^(arn:|alias\/)/.test(wanted) ? wanted : `'${arnOf(caller, 'kms', `key/${wanted}`)}'`;
    const what = wanted.includes('alias/') ? `Alias ${shown} is not found.` : `Key ${shown} does not exist`;
    throw new AwsError('NotFoundException', what);
  }
  return key;
}

function signingKey({ attributes }: Thing): void {
  const usage = text(attributes, 'key_usage') || 'ENCRYPT_DECRYPT';
  const spec = text(attributes, 'customer_master_key_spec') || 'SYMMETRIC_DEFAULT';
  if (usage !== 'SIGN_VERIFY' || spec !== 'ECC_NIST_P256')
    throw new AwsError(
      'InvalidKeyUsageException',
      `${attributes.arn} key usage is ${usage} which is not valid for this operation.`,
    );
}

function privateKeyOf(world: AwsWorld, { id }: Thing): KeyObject {
  const keys = privateKeys.get(world) ?? new Map<string, KeyObject>();
  privateKeys.set(world, keys);
  const found = keys.get(id) ?? generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
  keys.set(id, found);
  return found;
}
