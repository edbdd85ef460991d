import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { Secret } from '../ir/index.ts';
import type { Api } from './api.ts';

export interface SecretValue {
  readonly value: Secret;
  readonly version: string;
}

export interface Secrets {
  /**
   * The version that is current; undefined where the secret has no value yet. Asks for no value.
   * Throws AwsCallError; `ResourceNotFoundException` for a secret that does not exist.
   */
  currentVersion(name: string): Promise<string | undefined>;
  /** Throws AwsCallError; `ResourceNotFoundException` also for a secret without a value. */
  read(name: string): Promise<SecretValue>;
  /** Makes a value the current one. The one before stays as `AWSPREVIOUS`. @returns The version. */
  write(name: string, value: Secret): Promise<string>;
}

export function secrets(manager: Api<SecretsManager>): Secrets {
  return {
    currentVersion: (SecretId) =>
      manager.call('DescribeSecret', async (client) => {
        const { VersionIdsToStages = {} } = await client.describeSecret({ SecretId });
        return Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'))?.[0];
      }),
    read: (SecretId) =>
      manager.call('GetSecretValue', async (client) => {
        const { SecretString = '', VersionId = '' } = await client.getSecretValue({ SecretId });
        return { value: new Secret(SecretString), version: VersionId };
      }),
    write: (SecretId, value) =>
      manager.call('PutSecretValue', async (client) => {
        const { VersionId = '' } = await client.putSecretValue({ SecretId, SecretString: value.reveal() });
        return VersionId;
      }),
  };
}
