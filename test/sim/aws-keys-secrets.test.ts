import { execFile } from 'node:child_process';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { KMS } from '@aws-sdk/client-kms';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AwsCallError, type AwsClients } from '../../src/aws/index.ts';
import { Secret } from '../../src/ir/index.ts';
import { AwsError } from '../../src/sim/aws/errors.ts';
import { moto } from '../support/moto.ts';
import { findTool, testWith } from '../tools.ts';
import { clientsAt, credentials, serverOf } from './aws-server.ts';
import { HubWorld, home } from './hub-world.ts';

const secretName = 'lakegate/acme/inspection-issuer';
const signing = { key_usage: 'SIGN_VERIFY', customer_master_key_spec: 'ECC_NIST_P256' };

/** A cloud with a signing key behind an alias, a key for encryption, and a secret without a value. */
interface Made {
  readonly url: string;
  readonly key: string;
  readonly symmetric: string;
}

async function simulatedCloud(): Promise<Made & { readonly hub: HubWorld }> {
  const hub = new HubWorld();
  const key = await hub.make('aws_kms_key', signing);
  const symmetric = await hub.make('aws_kms_key', {});
  await hub.make('aws_kms_alias', { name: 'alias/ca', target_key_id: key.id });
  await hub.make('aws_secretsmanager_secret', { name: secretName });
  return { hub, url: (await serverOf(hub)).url, key: key.id, symmetric: symmetric.id };
}

async function motoCloud(): Promise<Made> {
  const url = await moto();
  const settings = { region: home.region, endpoint: url, credentials };
  const [kms, secrets] = [new KMS(settings), new SecretsManager(settings)];
  onTestFinished(() => {
    kms.destroy();
    secrets.destroy();
  });
  const made = await kms.createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const symmetric = await kms.createKey({});
  const key = made.KeyMetadata?.KeyId ?? '';
  await kms.createAlias({ AliasName: 'alias/ca', TargetKeyId: key });
  await secrets.createSecret({ Name: secretName });
  return { url, key, symmetric: symmetric.KeyMetadata?.KeyId ?? '' };
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof AwsCallError ? `${error.code} (${error.refusal})` : String(error)),
  );

/** What lakegate asks of a cloud, whichever it is. */
async function told({ keys, secrets }: AwsClients, { key }: Made): Promise<unknown> {
  const message = Buffer.from('what is signed');
  const digest = createHash('sha256').update(message).digest();
  const { publicKey, spec, usage, arn } = await keys.describe('alias/ca');
  const signature = await keys.signDigest('alias/ca', digest);
  const shown = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const before = await secrets.currentVersion(secretName);
  const first = await secrets.write(secretName, new Secret('one'));
  const second = await secrets.write(secretName, new Secret('two'));
  const read = await secrets.read(secretName);
  return {
    ...{ spec, usage, isArn: arn.endsWith(`:key/${key}`) },
    verifies: verify('sha256', message, shown, signature),
    before,
    others: first !== second,
    isCurrent: (await secrets.currentVersion(secretName)) === second,
    read: [read.value.reveal(), read.version === second],
    refused: [
      await codeOf(keys.describe('alias/other')),
      await codeOf(keys.signDigest(key, digest.subarray(1))),
      await codeOf(secrets.read('lakegate/other')),
      await codeOf(secrets.write('lakegate/other', new Secret('x'))),
    ],
  };
}

const wanted = {
  ...{ spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY', isArn: true, verifies: true },
  ...{ before: undefined, others: true, isCurrent: true, read: ['two', true] },
  refused: [
    'NotFoundException (absent)',
    'ValidationException (other)',
    'ResourceNotFoundException (absent)',
    'ResourceNotFoundException (absent)',
  ],
};

describe('keys and secrets, as lakegate asks for them', () => {
  test('by the simulated cloud', async () => {
    const made = await simulatedCloud();
    const clients = clientsAt(made.url);
    expect(await told(clients, made)).toEqual(wanted);
    expect(await codeOf(clients.keys.describe(made.symmetric))).toBe('InvalidKeyUsageException (other)');
    made.hub.world.disturb = () => new AwsError('AccessDeniedException', 'User is not authorized', 400);
    expect(await codeOf(clients.secrets.read(secretName))).toBe('AccessDeniedException (right)');
  });

  testWith('moto')('by moto, which others made, as far as it goes', async () => {
    const made = await motoCloud();
    const [, ...absent] = wanted.refused.filter((each) => each.includes('absent'));
    // It answers without a KeySpec, with an id for an ARN, and hashes what is a digest once more.
    expect(await told(clientsAt(made.url), made)).toEqual({
      ...wanted,
      ...{ spec: '', isArn: false, verifies: false },
      refused: ['NotFoundException (absent)', 'answered', ...absent],
    });
  });
});

test('no value and no private key is in what the simulated cloud shows', async () => {
  const { hub, url } = await simulatedCloud();
  const { secrets, keys } = clientsAt(url);
  await secrets.write(secretName, new Secret('very secret'));
  await keys.describe('alias/ca');
  expect(JSON.stringify(hub.world.snapshot())).not.toMatch(/very secret|PRIVATE/);
});

const script = `
import base64, hashlib, json, sys, boto3
from botocore.config import Config
url, key = sys.argv[1:]
made = dict(region_name='eu-west-1', endpoint_url=url, aws_access_key_id='AKIASIMULATED', aws_secret_access_key='x',
            config=Config(retries={'total_max_attempts': 1}))
kms, manager = boto3.client('kms', **made), boto3.client('secretsmanager', **made)
name = 'lakegate/acme/inspection-issuer'
public = kms.get_public_key(KeyId='alias/ca')
signed = kms.sign(KeyId=key, Message=hashlib.sha256(b'said').digest(), MessageType='DIGEST', SigningAlgorithm='ECDSA_SHA_256')
raw = kms.sign(KeyId=key, Message=b'said', MessageType='RAW', SigningAlgorithm='ECDSA_SHA_256')
put = manager.put_secret_value(SecretId=name, SecretString='one', ClientRequestToken='11111111-1111-4111-8111-111111111111')
again = manager.put_secret_value(SecretId=name, SecretString='one', ClientRequestToken='11111111-1111-4111-8111-111111111111')
manager.put_secret_value(SecretId=name, SecretString='two')
refused = []
try: manager.put_secret_value(SecretId=name, SecretString='other', ClientRequestToken='11111111-1111-4111-8111-111111111111')
except manager.exceptions.ResourceExistsException: refused.append('exists')
try: manager.get_secret_value(SecretId='nothing')
except manager.exceptions.ResourceNotFoundException: refused.append('absent')
try: kms.sign(KeyId='alias/nothing', Message=b'x', SigningAlgorithm='ECDSA_SHA_256')
except kms.exceptions.NotFoundException: refused.append('no key')
try: kms.sign(KeyId=key, Message=b'x', SigningAlgorithm='ECDSA_SHA_384')
except kms.exceptions.InvalidKeyUsageException: refused.append('usage')
described = manager.describe_secret(SecretId=name)
print(json.dumps({
  'spec': public['KeySpec'], 'public': base64.b64encode(public['PublicKey']).decode(),
  'signatures': [base64.b64encode(each['Signature']).decode() for each in (signed, raw)],
  'same': put['VersionId'] == again['VersionId'], 'stages': put['VersionStages'],
  'current': manager.get_secret_value(SecretId=name)['SecretString'],
  'previous': manager.get_secret_value(SecretId=name, VersionStage='AWSPREVIOUS')['SecretString'],
  'versions': sorted(sum(described['VersionIdsToStages'].values(), [])), 'changed': described['LastChangedDate'].year,
  'refused': refused }))
`;

testWith('python-clients')(
  'boto3 reads what the simulated cloud answers, and its refusals by their names',
  async () => {
    const { url, key } = await simulatedCloud();
    const out = await new Promise<string>((resolve, reject) => {
      execFile(findTool('python-clients') ?? '', ['-c', script, url, key], (failure, stdout, stderr) =>
        failure ? reject(new Error(stderr)) : resolve(stdout),
      );
    });
    const { signatures, public: publicKey, ...rest } = JSON.parse(out);
    const shown = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    for (const each of signatures)
      expect(verify('sha256', Buffer.from('said'), shown, Buffer.from(each, 'base64'))).toBe(true);
    expect(rest).toEqual({
      ...{ spec: 'ECC_NIST_P256', same: true, stages: ['AWSCURRENT'], current: 'two', previous: 'one' },
      ...{ versions: ['AWSCURRENT', 'AWSPREVIOUS'], changed: 2026, refused: ['exists', 'absent', 'no key', 'usage'] },
    });
  },
);
