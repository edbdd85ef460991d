import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { planFileOf } from '../src/app/synth/index.ts';
import { emitTerraform, type OutputFile } from '../src/emit/terraform/index.ts';
import { defaultFacts } from '../src/facts/index.ts';
import { makePlan } from '../src/planner/index.ts';
import { readSpec } from '../src/spec/index.ts';

/** Examples whose Terraform is in the repository, for people to read before they install anything. */
export const generated = ['hub-router', 'msk'] as const;

/** The Terraform of an example and its plan, as `lakegate synth` writes them; the README without a price, which would age. */
export function generatedExample(name: string): readonly OutputFile[] {
  const file = `examples/${name}.yaml`;
  const { spec } = readSpec(readFileSync(file, 'utf8'), file);
  const planned = spec && makePlan(spec, defaultFacts);
  if (!planned?.plan) throw new Error(`${file} has no plan: ${JSON.stringify(planned?.diagnostics)}`);
  return [...emitTerraform(planned.plan.infra, planned.plan.routes).files, planFileOf(planned.plan)];
}

if (import.meta.main)
  for (const name of generated) {
    const folder = join('examples', 'generated', name);
    rmSync(folder, { recursive: true, force: true });
    for (const { path, text } of generatedExample(name)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  }
