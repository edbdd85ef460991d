import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { type Model, type Request, referred } from '../model.ts';
import type { Attributes } from '../values.ts';
import { type AwsWorld, arnOf, type Thing, text } from '../world.ts';
import { statementsOf } from './identity.ts';

const bucketOf = (world: AwsWorld, name: string): Thing =>
  referred(world, 'aws_s3_bucket', name, 'NoSuchBucket', 'The specified bucket does not exist');

const bucket: Model = {
  type: 'aws_s3_bucket',
  service: 'S3',
  operations: { create: 'CreateBucket', remove: 'DeleteBucket' },
  create({ world, caller, input }) {
    const name = text(input, 'bucket');
    if (!/^(?!xn--|sthree-)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
      throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
    const taken = world.get('aws_s3_bucket', name);
    if (taken)
      throw taken.account === caller.account
        ? new AwsError(
            'BucketAlreadyOwnedByYou',
            'Your previous request to create the named bucket succeeded and you already own it.',
            409,
          )
        : new AwsError(
            'BucketAlreadyExists',
            'The requested bucket name is not available. The bucket namespace is shared by all users of the system.',
            409,
          );
    return {
      id: name,
      computed: {
        arn: `arn:${caller.partition}:s3:::${name}`,
        bucket_domain_name: `${name}.s3.amazonaws.com`,
        bucket_regional_domain_name: `${name}.s3.${caller.region}.amazonaws.com`,
        bucket_region: caller.region,
        bucket_prefix: '',
        hosted_zone_id: 'Z1BKCTXD74EZPE',
        object_lock_enabled: false,
        request_payer: 'BucketOwner',
        acceleration_status: '',
        policy: '',
        website_domain: '',
        website_endpoint: '',
      },
    };
  },
  remove({ world, thing }) {
    const objects = world.all('aws_s3_object', (each) => each.attributes.bucket === thing.id);
    if (objects.length && thing.attributes.force_destroy !== true)
      throw new AwsError(
        'BucketNotEmpty',
        'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
        409,
      );
    for (const each of objects) world.remove(each);
    for (const type of settings)
      for (const each of world.all(type, ({ attributes }) => attributes.bucket === thing.id)) world.remove(each);
  },
};

/** Settings of a bucket that are resources of their own, one of each for a bucket. */
const settings = [
  'aws_s3_bucket_versioning',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_policy',
] as const;

const setting = (
  type: (typeof settings)[number],
  create: string,
  remove: string,
  check: (input: Attributes) => void = () => {},
): Model => ({
  type,
  service: 'S3',
  operations: { create, update: create, remove },
  create({ world, input }) {
    const owner = bucketOf(world, text(input, 'bucket'));
    check(input);
    const computed: Attributes =
      type === 'aws_s3_bucket_lifecycle_configuration'
        ? { transition_default_minimum_object_size: 'all_storage_classes_128K', expected_bucket_owner: '' }
        : {};
    return { id: owner.id, computed };
  },
  update({ input }) {
    check(input);
    return {};
  },
});

const object: Model = {
  type: 'aws_s3_object',
  service: 'S3',
  operations: { create: 'PutObject', update: 'PutObject', remove: 'DeleteObject' },
  create(request) {
    const { input, caller } = request;
    const owner = bucketOf(request.world, text(input, 'bucket'));
    return {
      id: `${owner.id}/${text(input, 'key')}`,
      computed: {
        arn: `${text(owner.attributes, 'arn')}/${text(input, 'key')}`,
        content_type: 'application/octet-stream',
        storage_class: 'STANDARD',
        acl: '',
        checksum_crc32: '',
        region: caller.region,
        ...put(request),
      },
    };
  },
  update: (change) => put(change),
};

/** What S3 answers to the upload of an object. */
function put({ world, input }: Request): Attributes {
  const owner = bucketOf(world, text(input, 'bucket'));
  const versions = world.get('aws_s3_bucket_versioning', owner.id);
  const versioned = JSON.stringify(versions?.attributes.versioning_configuration ?? []).includes('"Enabled"');
  const content =
    text(input, 'content') || text(input, 'content_base64') || text(input, 'source_hash') || text(input, 'source');
  const encrypted = world.get('aws_s3_bucket_server_side_encryption_configuration', owner.id);
  const kms =
    text(input, 'kms_key_id') || /"kms_master_key_id":"([^"]+)"/.exec(JSON.stringify(encrypted?.attributes ?? {}))?.[1];
  return {
    etag: createHash('md5').update(content).digest('hex'),
    version_id: versioned ? world.ids.hex(32) : '',
    server_side_encryption: kms ? 'aws:kms' : 'AES256',
    bucket_key_enabled: false,
    ...(kms ? { kms_key_id: kms } : {}),
  };
}

const key: Model = {
  type: 'aws_kms_key',
  service: 'KMS',
  operations: { create: 'CreateKey', update: 'UpdateKeyDescription', remove: 'ScheduleKeyDeletion' },
  create({ world, caller, input }) {
    if (text(input, 'policy')) statementsOf(text(input, 'policy'));
    const id = world.ids.uuid();
    const root = `arn:${caller.partition}:iam::${caller.account}:root`;
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: root },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    };
    return {
      id,
      computed: {
        arn: arnOf(caller, 'kms', `key/${id}`),
        key_id: id,
        description: '',
        multi_region: false,
        policy: JSON.stringify(policy),
        rotation_period_in_days: input.enable_key_rotation === true ? 365 : 0,
      },
    };
  },
  update({ input }) {
    if (text(input, 'policy')) statementsOf(text(input, 'policy'));
    return {};
  },
};

const alias: Model = {
  type: 'aws_kms_alias',
  service: 'KMS',
  operations: { create: 'CreateAlias', update: 'UpdateAlias', remove: 'DeleteAlias' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^alias\/(?!aws\/)[a-zA-Z0-9:/_-]{1,250}$/.test(name))
      throw new AwsError(
        'InvalidAliasNameException',
        `Alias must begin with 'alias/' and hold letters, digits and :/_-: '${name}'`,
      );
    if (world.local('aws_kms_alias', caller).some((each) => each.id === name))
      throw new AwsError(
        'AlreadyExistsException',
        `An alias with the name ${arnOf(caller, 'kms', name)} already exists`,
      );
    const target = referred(
      world,
      'aws_kms_key',
      text(input, 'target_key_id'),
      'NotFoundException',
      `Key '${text(input, 'target_key_id')}' does not exist`,
    );
    return {
      id: name,
      computed: { arn: arnOf(caller, 'kms', name), target_key_arn: text(target.attributes, 'arn'), name_prefix: '' },
    };
  },
};

const secret: Model = {
  type: 'aws_secretsmanager_secret',
  service: 'Secrets Manager',
  operations: { create: 'CreateSecret', update: 'UpdateSecret', remove: 'DeleteSecret' },
  create({ world, caller, input }) {
    const name = text(input, 'name');
    if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name))
      throw new AwsError(
        'ValidationException',
        `Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!: '${name}'`,
      );
    if (world.local('aws_secretsmanager_secret', caller).some((each) => text(each.attributes, 'name') === name))
      throw new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    const arn = arnOf(caller, 'secretsmanager', `secret:${name}-${world.ids.upper('', 6)}`);
    return { id: arn, computed: { arn, name_prefix: '', policy: '', replica: [] } };
  },
};

export const storageModels = [
  bucket,
  setting('aws_s3_bucket_versioning', 'PutBucketVersioning', 'PutBucketVersioning'),
  setting('aws_s3_bucket_server_side_encryption_configuration', 'PutBucketEncryption', 'DeleteBucketEncryption'),
  setting('aws_s3_bucket_public_access_block', 'PutPublicAccessBlock', 'DeletePublicAccessBlock'),
  setting('aws_s3_bucket_lifecycle_configuration', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle'),
  setting('aws_s3_bucket_policy', 'PutBucketPolicy', 'DeleteBucketPolicy', (input) => {
    statementsOf(text(input, 'policy'));
  }),
  object,
  key,
  alias,
  secret,
];
