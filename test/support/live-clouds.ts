import { onTestFinished } from 'vitest';
import { awsClients } from '../../src/aws/index.ts';
import { accountClient } from '../../src/databricks/index.ts';
import { Secret } from '../../src/ir/index.ts';
import type { Clouds } from '../../src/observe/index.ts';
import { startAwsServer } from '../../src/sim/aws/index.ts';
import { type DatabricksServer, startDatabricks } from '../../src/sim/databricks/index.ts';
import type { SimulatedAccounts } from '../../src/sim/fill/index.ts';

/** Both simulated clouds over HTTP, through the clients that read real ones, until the test ends. */
export async function liveClouds({
  aws,
  databricks,
  caller,
  passTime,
}: SimulatedAccounts): Promise<Clouds & { readonly accountServer: DatabricksServer }> {
  const [server, account] = await Promise.all([
    startAwsServer(aws, { accountOf: () => caller.account, before: () => passTime(0) }),
    startDatabricks(databricks),
  ]);
  const clients = awsClients({
    region: caller.region,
    endpoint: server.url,
    credentials: { accessKeyId: 'AKIASIMULATED', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    clients.close();
    await Promise.all([server.close(), account.close()]);
  });
  return {
    accountServer: account,
    aws: clients,
    databricks: accountClient({
      host: account.accountUrl,
      accountId: databricks.accountId,
      clientId: account.clientId,
      clientSecret: new Secret(account.clientSecret),
      now: databricks.now,
      attempts: 1,
    }),
  };
}
