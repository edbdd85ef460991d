import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { emitTerraform, type OutputFile, type TerraformFormat } from '../../src/emit/terraform/index.ts';
import { defaultFacts } from '../../src/facts/index.ts';
import { type Lock, makePlan, type Plan } from '../../src/planner/index.ts';
import { readSpec, type Spec } from '../../src/spec/index.ts';

/** The examples that have endpoint services; foundations come later. */
export const examples = ['hub-router', 'https-apis', 'msk'] as const;

export const exampleText = (name: string): string => readFileSync(`examples/${name}.yaml`, 'utf8');

/** Plans the text of a spec. Throws with the diagnostics where there is no plan. */
export function planOf(text: string, lock?: Lock): Plan {
  const { spec, diagnostics } = readSpec(text, 'spec.yaml');
  if (!spec) throw new Error(JSON.stringify(diagnostics, null, 2));
  const planned = makePlan(spec, defaultFacts, lock);
  if (!planned.plan) throw new Error(JSON.stringify(planned.diagnostics, null, 2));
  return planned.plan;
}

/** The Terraform of a plan. Throws with the diagnostics where it cannot be written. */
export function filesOf({ infra, routes }: Plan, format?: TerraformFormat): readonly OutputFile[] {
  const { files, diagnostics } = emitTerraform(infra, routes, format === undefined ? {} : { format });
  if (files.length === 0) throw new Error(JSON.stringify(diagnostics, null, 2));
  return files;
}

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lakegate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function writeFiles(folder: string, files: readonly OutputFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export interface GoldenCase {
  readonly name: string;
  readonly plan: Plan;
  /** What the spec says of the accounts' limits. */
  readonly limits: Spec['limits'];
}

/** The golden cases that have a plan. */
export const goldenCases = (): readonly GoldenCase[] =>
  readdirSync('test/golden')
    .filter((name) => existsSync(`test/golden/${name}/out/plan.json`))
    .map((name) => {
      const text = readFileSync(`test/golden/${name}/spec.yaml`, 'utf8');
      return { name, plan: planOf(text, lockOf(name)), limits: readSpec(text, 'spec.yaml').spec?.limits ?? {} };
    });

/** The lock that a golden case starts from, where it has one. */
function lockOf(name: string): Lock | undefined {
  const path = `test/golden/${name}/spec.lock.json`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Lock) : undefined;
}
