import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AwsWorld, type WorldOptions } from '../../src/sim/aws/index.ts';
import type { DatabricksAccount } from '../../src/sim/databricks/index.ts';
import { type SimProviders, startSimProviders } from '../../src/sim/terraform/index.ts';
import { findTool } from '../tools.ts';

export interface CliResult {
  readonly code: number;
  readonly out: string;
}

/** What a plan means to do, by address: `create`, `update`, `delete`, `delete,create`. */
export type Actions = Readonly<Record<string, string>>;

export interface TerraformRun {
  readonly world: AwsWorld;
  readonly providers: SimProviders;
  /** Where terraform runs. */
  readonly folder: string;
  /** Writes main.tf. */
  write(hcl: string): Promise<void>;
  run(...args: string[]): Promise<CliResult>;
  /** The same, for one that is killed before it ends. */
  start(...args: string[]): { readonly done: Promise<CliResult>; kill(): void };
  /** Plans and gives what would change; reads and no-ops are left out. */
  actions(...args: string[]): Promise<Actions>;
  /** Throws with terraform's output when it does not succeed. */
  must(...args: string[]): Promise<string>;
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
}

export interface TerraformRunOptions {
  /** Options of a world that is made for the run; or the world itself. */
  readonly world?: WorldOptions;
  readonly aws?: AwsWorld;
  readonly databricks?: DatabricksAccount;
  /** The real provider's binary in place of the double. */
  readonly databricksProvider?: string;
  /** Whether the double waits for rules. */
  readonly waitsForRules?: boolean;
  /** More of the environment in which terraform runs. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A new folder, the real CLI, and the simulated providers. All are removed when the test ends. */
export async function terraformRun(options: TerraformRunOptions = {}): Promise<TerraformRun> {
  const world = options.aws ?? new AwsWorld(options.world);
  const providers = await startSimProviders({
    world,
    ...(options.databricks ? { databricks: options.databricks } : {}),
    ...(options.databricksProvider ? { databricksProvider: options.databricksProvider } : {}),
    ...(options.waitsForRules ? { waitsForRules: true } : {}),
  });
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-tf-'));
  onTestFinished(async () => {
    await providers.close();
    await rm(folder, { recursive: true, force: true });
  });
  const binary = findTool('terraform') ?? findTool('tofu') ?? 'terraform';
  const start: TerraformRun['start'] = (...args) => {
    const env = { PATH: process.env.PATH, HOME: folder, ...providers.env, ...options.env };
    const ended = Promise.withResolvers<CliResult>();
    const child = execFile(binary, args, { cwd: folder, env, maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) =>
      ended.resolve({ code: error ? Number(error.code ?? 1) : 0, out: stdout + stderr }),
    );
    return { done: ended.promise, kill: () => child.kill('SIGKILL') };
  };
  const run = (...args: string[]): Promise<CliResult> => start(...args).done;
  const must = async (...args: string[]): Promise<string> => {
    const { code, out } = await run(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}:\n${out}`);
    return out;
  };
  return {
    world,
    providers,
    folder,
    run,
    start,
    must,
    write: (hcl) => writeFile(join(folder, 'main.tf'), hcl),
    async actions(...args) {
      await must('plan', '-no-color', '-input=false', '-out=plan.bin', ...args);
      const plan = JSON.parse(await must('show', '-json', 'plan.bin')) as PlanJson;
      const changes = (plan.resource_changes ?? []).map((each) => [each.address, each.change.actions.join()] as const);
      return Object.fromEntries(changes.filter(([, actions]) => actions !== 'no-op' && actions !== 'read'));
    },
  };
}
