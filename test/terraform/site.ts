import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { InfraPlan } from '../../src/ir/index.ts';
import type { AwsTimings, Thing } from '../../src/sim/aws/index.ts';
import { type DatabricksAccount, timings as ruleTimings } from '../../src/sim/databricks/index.ts';
import { openAccounts, type SimulatedAccounts } from '../../src/sim/fill/index.ts';
import type { Spec } from '../../src/spec/index.ts';
import { type TerraformRun, type TerraformRunOptions, terraformRun } from '../sim/terraform-cli.ts';
import { filesOf, writeFiles } from './cases.ts';

/** The real CLI over both simulated clouds, with what a plan takes for granted already there. */
export interface Site extends Omit<TerraformRun, 'write'> {
  readonly accounts: SimulatedAccounts;
  readonly account: DatabricksAccount;
  /** What was there before the first apply. */
  readonly before: readonly Thing[];
  /** Puts the files of a plan in the place of those of the last. */
  write(plan: Parameters<typeof filesOf>[0]): void;
  /** Time goes by: rules get their endpoints. */
  wait(milliseconds: number): void;
  /** Applies as the written README says until nothing is left to do: until Databricks has made endpoints, and for S3 once more. */
  applyAll(...args: string[]): Promise<void>;
  /** Frees the NCCs, which no call of Databricks does: the workspaces are gone. */
  removeWorkspaces(): void;
  /**
   * Lets Terraform forget the key of the inspection root, as the written README says: whoever destroys it destroys the trust of every client.
   * It stays in the account.
   */
  forgetRootKey(): Promise<void>;
  /** What is in the account but for that key. */
  left(): readonly Thing[];
}

/** In place of the router archive: Terraform uploads bytes and pins their digest, whatever they are. */
const archive = Buffer.from('the router archive of a test');

export interface SiteOptions extends Pick<TerraformRunOptions, 'databricksProvider' | 'waitsForRules' | 'env'> {
  /** Of the Databricks account, where a spec says that they were raised. */
  readonly limits?: Spec['limits'];
  readonly timings?: Partial<AwsTimings>;
}

export async function siteFor(infra: InfraPlan, { limits = {}, timings, ...options }: SiteOptions = {}): Promise<Site> {
  const accounts = openAccounts(infra, { limits, ...(timings && { timings }) });
  const { aws, databricks: account } = accounts;
  const before = aws.snapshot();
  const run = await terraformRun({ aws, databricks: account, ...options });
  const hasService = infra.nccs.some((ncc) => ncc.rules.some(({ kind }) => kind === 'service'));
  const hasBucket = infra.nccs.some((ncc) => ncc.rules.some(({ kind }) => kind === 's3'));
  return {
    ...run,
    accounts,
    account,
    before,
    write(plan) {
      for (const entry of readdirSync(run.folder))
        if (!entry.startsWith('.') && !entry.startsWith('terraform.'))
          rmSync(join(run.folder, entry), { recursive: true, force: true });
      writeFiles(run.folder, filesOf(plan));
      // The bucket of a state is real; the state of a test is not kept there.
      if (plan.infra.aws.backend)
        writeFileSync(join(run.folder, 'state_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
      const { router } = plan.infra;
      if (router?.run !== 'instances') return;
      const path = join(run.folder, 'artifacts', `lakegate-router-${router.architecture}.tar.gz`);
      mkdirSync(join(run.folder, 'artifacts'));
      writeFileSync(path, archive);
      writeFileSync(`${path}.sha256`, `${createHash('sha256').update(archive).digest('hex')}\n`);
    },
    wait: accounts.passTime,
    async applyAll(...args) {
      const apply = ['apply', '-auto-approve', '-input=false', '-no-color', ...args];
      if (hasService) {
        const first = await run.run(...apply);
        expect([first.code, first.out]).toEqual([1, expect.stringContaining('Wait two minutes, then apply again')]);
        accounts.passTime(ruleTimings.creating);
      }
      await run.must(...apply);
      accounts.passTime(ruleTimings.creating + ruleTimings.bucketAccepted);
      if (hasBucket) await run.must(...apply);
    },
    removeWorkspaces() {
      for (const id of account.workspaces.keys()) account.removeWorkspace(String(id));
    },
    async forgetRootKey() {
      if (infra.inspection) await run.must('state', 'rm', 'aws_kms_key.inspection_ca');
    },
    left: () =>
      aws.snapshot().filter(({ attributes }) => !('key_usage' in attributes && attributes.key_usage === 'SIGN_VERIFY')),
  };
}
