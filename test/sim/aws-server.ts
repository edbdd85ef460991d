import { onTestFinished } from 'vitest';
import { type AwsClients, awsClients } from '../../src/aws/index.ts';
import { type AwsServer, type AwsServerOptions, startAwsServer } from '../../src/sim/aws/index.ts';
import { type HubWorld, home } from './hub-world.ts';

export const credentials = { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' };

/** The world of a hub over HTTP, until the test ends. */
export async function serverOf(hub: HubWorld, options: AwsServerOptions = {}): Promise<AwsServer> {
  const server = await startAwsServer(hub.world, options);
  onTestFinished(() => server.close());
  return server;
}

/** lakegate's own clients, with the real SDK, that try each call once. */
export function clientsAt(endpoint: string, as = credentials): AwsClients {
  const clients = awsClients({ region: home.region, endpoint, credentials: as, maxAttempts: 1 });
  onTestFinished(() => clients.close());
  return clients;
}

export const simulated = async (hub: HubWorld): Promise<AwsClients> => clientsAt((await serverOf(hub)).url);
