/**
 * sim/terraform: providers that the real terraform and tofu talk to, with the simulated clouds behind them.
 * Never: a download, a real cloud, a secret.
 * Imports: ir, facts, sim/aws, sim/databricks. Imported by: lab, cli, tests.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsWorld } from '../aws/index.ts';
import { awsProvider } from './aws/index.ts';
import { serveGrpc } from './grpc.ts';
import { type ProviderModel, providerService } from './provider.ts';
import awsSlice from './schema/aws.json' with { type: 'json' };
import type { SchemaSlice } from './schema.ts';

export interface SimProviders {
  /** For the environment of terraform or tofu: TF_REATTACH_PROVIDERS, TF_CLI_CONFIG_FILE and what keeps them off the network. */
  readonly env: Readonly<Record<string, string>>;
  /** Value for TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  /** Path of the CLI configuration, for TF_CLI_CONFIG_FILE. */
  readonly cliConfig: string;
  close(): Promise<void>;
}

export interface SimProvidersOptions {
  readonly world: AwsWorld;
  /** The AWS account of provider blocks without assume_role. Default `111122223333`. */
  readonly account?: string;
}

/** Both registries: `hashicorp/aws` means another host to tofu. */
const registries = ['registry.terraform.io', 'registry.opentofu.org'] as const;

/**
 * Starts the simulated providers on Unix sockets in a temporary folder that only this user can read.
 * Close ends the connections and removes the folder.
 */
export async function startSimProviders(options: SimProvidersOptions): Promise<SimProviders> {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-sim-'));
  const closers: (() => Promise<void>)[] = [];
  const reattach: Record<string, unknown> = {};
  const serve = async (name: string, model: ProviderModel): Promise<void> => {
    const path = join(folder, `${name.replace('/', '-')}.sock`);
    closers.push(await serveGrpc(path, () => providerService(model)));
    for (const registry of registries)
      reattach[`${registry}/${name}`] = {
        Protocol: 'grpc',
        ProtocolVersion: 6,
        Pid: process.pid,
        // Terraform must not end us when it is done.
        Test: true,
        Addr: { Network: 'unix', String: path },
      };
  };
  const account = options.account ?? '111122223333';
  await serve(
    'hashicorp/aws',
    awsProvider({ world: options.world, slice: awsSlice as unknown as SchemaSlice, account }),
  );
  const cliConfig = join(folder, 'cli.tfrc');
  await writeFile(cliConfig, 'disable_checkpoint = true\n');
  const text = JSON.stringify(reattach);
  return {
    reattach: text,
    cliConfig,
    env: { TF_REATTACH_PROVIDERS: text, TF_CLI_CONFIG_FILE: cliConfig, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    async close() {
      await Promise.all(closers.map((close) => close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
