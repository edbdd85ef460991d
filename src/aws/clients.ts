import { type EndpointServices, endpointServices } from './endpoint-services.ts';
import { type KafkaClusters, kafkaClusters } from './kafka.ts';
import { type LoadBalancers, loadBalancers } from './load-balancers.ts';

export interface AwsOptions {
  readonly region: string;
  /** Another address for all services: the simulated cloud, or moto. Default: AWS's own. */
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
  readonly kafka: KafkaClusters;
  /** Ends idle connections. */
  close(): void;
}

/** What every SDK client is made with. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: NonNullable<AwsOptions['credentials']>;
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/** Clients for one region. Nothing is loaded or asked before the first call. */
export function awsClients(options: AwsOptions): AwsClients {
  const closers: (() => void)[] = [];
  const settings: ClientSettings = {
    region: options.region,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    maxAttempts: options.maxAttempts ?? 4,
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: options.timeoutMs ?? 30_000,
      throwOnRequestTimeout: true,
    },
  };
  return {
    services: endpointServices(
      once(closers, async () => {
        const sdk = await import('@aws-sdk/client-ec2');
        return { sdk, client: new sdk.EC2Client(settings) };
      }),
    ),
    balancers: loadBalancers(
      once(closers, async () => {
        const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2');
        return { sdk, client: new sdk.ElasticLoadBalancingV2Client(settings) };
      }),
    ),
    kafka: kafkaClusters(
      once(closers, async () => {
        const sdk = await import('@aws-sdk/client-kafka');
        return { sdk, client: new sdk.KafkaClient(settings) };
      }),
    ),
    close() {
      for (const close of closers) close();
    },
  };
}

/** Loads on the first call and remembers. */
function once<T extends { readonly client: { destroy(): void } }>(
  closers: (() => void)[],
  load: () => Promise<T>,
): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().then((made) => {
      closers.push(() => made.client.destroy());
      return made;
    });
    return loaded;
  };
}
