import { AwsError } from '../errors.ts';
import { type AwsWorld, type Caller, type Thing, text } from '../world.ts';
import { type Body, type JsonAction, member } from './json.ts';

interface Version {
  readonly id: string;
  readonly value: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly stages: Set<string>;
}

/** The values of a world. They are in no attribute of it: Terraform, which reads those, never sees one. */
const values = new WeakMap<AwsWorld, Map<string, Version[]>>();

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html (2026-11-25) */
const valueBytesMax = 65_536;

/** The calls of Secrets Manager that lakegate makes, by their names after the dot of `X-Amz-Target`. */
export const secretActions: Readonly<Record<string, JsonAction>> = {
  DescribeSecret(world, caller, body) {
    const secret = secretFor(world, caller, body);
    const versions = versionsOf(world, secret);
    return {
      ARN: secret.id,
      Name: text(secret.attributes, 'name'),
      Description: text(secret.attributes, 'description'),
      KmsKeyId: text(secret.attributes, 'kms_key_id') || undefined,
      LastChangedDate: versions.at(-1)?.created,
      VersionIdsToStages: Object.fromEntries(versions.map(({ id, stages }) => [id, [...stages]])),
    };
  },

  GetSecretValue(world, caller, body) {
    const secret = secretFor(world, caller, body);
    const stage = member(body, 'VersionStage') || 'AWSCURRENT';
    const id = member(body, 'VersionId');
    const found = versionsOf(world, secret).find((each) => (id ? each.id === id : each.stages.has(stage)));
    if (!found)
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
      );
    return {
      ARN: secret.id,
      Name: text(secret.attributes, 'name'),
      VersionId: found.id,
      SecretString: found.value,
      VersionStages: [...found.stages],
      CreatedDate: found.created,
    };
  },

  PutSecretValue(world, caller, body) {
    const secret = secretFor(world, caller, body);
    const value = member(body, 'SecretString');
    if (value === '')
      throw new AwsError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
    if (Buffer.byteLength(value) > valueBytesMax)
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to ${valueBytesMax}`,
      );
    const versions = versionsOf(world, secret);
    const id = member(body, 'ClientRequestToken') || world.ids.uuid();
    const known = versions.find((each) => each.id === id);
    if (known && known.value !== value)
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the request token ${id} was used with another value.`,
      );
    if (!known) {
      for (const each of versions) {
        each.stages.delete('AWSPREVIOUS');
        if (each.stages.delete('AWSCURRENT')) each.stages.add('AWSPREVIOUS');
      }
      versions.push({ id, value, created: world.now() / 1000, stages: new Set(['AWSCURRENT']) });
      // Versions without a stage are deleted in time.
      for (const each of versions.filter(({ stages }) => stages.size === 0)) versions.splice(versions.indexOf(each), 1);
    }
    const stages = [...(versions.find((each) => each.id === id)?.stages ?? [])];
    return { ARN: secret.id, Name: text(secret.attributes, 'name'), VersionId: id, VersionStages: stages };
  },
};

/** By name or ARN. */
function secretFor(world: AwsWorld, caller: Caller, body: Body): Thing {
  const wanted = member(body, 'SecretId');
  const found = world
    .local('aws_secretsmanager_secret', caller)
    .find(({ id, attributes }) => wanted === id || wanted === text(attributes, 'name'));
  if (!found) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return found;
}

function versionsOf(world: AwsWorld, { id }: Thing): Version[] {
  const all = values.get(world) ?? new Map<string, Version[]>();
  values.set(world, all);
  const versions = all.get(id) ?? [];
  all.set(id, versions);
  return versions;
}
