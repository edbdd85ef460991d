import { Api } from './api.ts';
import { type Containers, containers } from './containers.ts';
import { type EndpointServices, endpointServices } from './endpoint-services.ts';
import { type KafkaClusters, kafkaClusters } from './kafka.ts';
import { type LoadBalancers, loadBalancers } from './load-balancers.ts';
import { type Networks, networks } from './networks.ts';
import { type Objects, objects } from './objects.ts';
import { type ScalingGroups, scalingGroups } from './scaling-groups.ts';
import { type Secrets, secrets } from './secrets.ts';
import { type SigningKeys, signingKeys } from './signing-keys.ts';

export interface AwsOptions {
  readonly region: string;
  /** Another address for all APIs: the simulated cloud, or moto. Default: AWS's own. */
  readonly endpoint?: string;
  /** Default: what the SDK finds (environment, shared files, instance role). */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Tries of one call, the first included. Default 4. */
  readonly maxAttempts?: number;
  /** Milliseconds until one try is given up. Default 30000. */
  readonly timeoutMs?: number;
}

export interface AwsClients {
  readonly services: EndpointServices;
  readonly balancers: LoadBalancers;
  readonly networks: Networks;
  readonly scaling: ScalingGroups;
  readonly containers: Containers;
  readonly objects: Objects;
  readonly kafka: KafkaClusters;
  readonly keys: SigningKeys;
  readonly secrets: Secrets;
  /** Ends idle connections. */
  close(): void;
}

/** Clients for one region. Nothing is loaded or asked before the first call. */
export function awsClients(options: AwsOptions): AwsClients {
  const settings = {
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    maxAttempts: options.maxAttempts ?? 4,
    // After a throttled call the SDK sends more slowly, as all calls of a region share one allowance.
    retryMode: 'adaptive',
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: options.timeoutMs ?? 30_000,
      throwOnRequestTimeout: true,
    },
  };
  const ec2 = new Api('ec2:', async () => new (await import('@aws-sdk/client-ec2')).EC2(settings));
  const elb = new Api('elasticloadbalancing:', async () => {
    const { ElasticLoadBalancingV2 } = await import('@aws-sdk/client-elastic-load-balancing-v2');
    return new ElasticLoadBalancingV2(settings);
  });
  const scaling = new Api('autoscaling:', async () => {
    const { AutoScaling } = await import('@aws-sdk/client-auto-scaling');
    return new AutoScaling(settings);
  });
  const ecs = new Api('ecs:', async () => new (await import('@aws-sdk/client-ecs')).ECS(settings));
  const kafka = new Api('kafka:', async () => new (await import('@aws-sdk/client-kafka')).Kafka(settings));
  const s3 = new Api('s3:', async () => {
    const { S3 } = await import('@aws-sdk/client-s3');
    // An address of another host than AWS has no name for each bucket.
    return new S3({ ...settings, forcePathStyle: options.endpoint !== undefined });
  });
  const kms = new Api('kms:', async () => new (await import('@aws-sdk/client-kms')).KMS(settings));
  const manager = new Api('secretsmanager:', async () => {
    const { SecretsManager } = await import('@aws-sdk/client-secrets-manager');
    return new SecretsManager(settings);
  });
  return {
    services: endpointServices(ec2),
    balancers: loadBalancers(elb),
    networks: networks(ec2),
    scaling: scalingGroups(scaling),
    containers: containers(ecs),
    objects: objects(s3),
    kafka: kafkaClusters(kafka),
    keys: signingKeys(kms),
    secrets: secrets(manager),
    close() {
      for (const api of [ec2, elb, scaling, ecs, kafka, s3, kms, manager]) api.close();
    },
  };
}
