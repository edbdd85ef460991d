/**
 * sim/terraform: providers that the real terraform and tofu talk to, with the simulated clouds behind them.
 * Never: a download, a real cloud, a secret.
 * Imports: sim/aws, sim/databricks. Imported by: nothing.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AwsWorld } from '../aws/index.ts';
import type { DatabricksAccount } from '../databricks/index.ts';
import { awsProvider } from './aws/index.ts';
import { databricksProvider } from './databricks/index.ts';
import { serveGrpc } from './grpc.ts';
import { type ProviderModel, providerService } from './provider.ts';
import awsSlice from './schema/aws.json' with { type: 'json' };
import databricksSlice from './schema/databricks.json' with { type: 'json' };
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
  /** The Databricks account behind the double. Default: none of its resource types can be used. */
  readonly databricks?: DatabricksAccount;
  /** Path of the real Databricks provider's binary: Terraform then runs it in place of the double. */
  readonly databricksProvider?: string;
  /** The double waits for rules, as the real provider does when it is told to by DATABRICKS_TF_ENABLED_PF_RESOURCES. */
  readonly waitsForRules?: boolean;
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
  const binary = options.databricksProvider;
  if (options.databricks && !binary)
    await serve(
      'databricks/databricks',
      databricksProvider(options.databricks, databricksSlice as unknown as SchemaSlice, {
        waitsForRules: options.waitsForRules === true,
      }),
    );
  const mirror = binary ? await mirrorOf(folder, resolve(binary)) : '';
  await writeFile(cliConfig, `disable_checkpoint = true\n${mirror}`);
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

/** A folder from which `init` installs the real provider, and the lines of the CLI configuration that say so. */
async function mirrorOf(folder: string, binary: string): Promise<string> {
  const mirror = join(folder, 'mirror');
  const version = databricksSlice.providerVersion;
  const system = `${platform()}_${arch() === 'x64' ? 'amd64' : arch()}`;
  for (const registry of registries) {
    const place = join(mirror, registry, 'databricks', 'databricks', version, system);
    await mkdir(place, { recursive: true });
    await symlink(binary, join(place, `terraform-provider-databricks_v${version}`));
  }
  const include = JSON.stringify(registries.map((registry) => `${registry}/databricks/databricks`));
  return `provider_installation {\n  filesystem_mirror {\n    path    = ${JSON.stringify(mirror)}\n    include = ${include}\n  }\n}\n`;
}
