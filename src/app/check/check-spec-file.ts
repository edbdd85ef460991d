import { type Diagnostic, hasErrors, type PlacedDiagnostic } from '../../diagnostics/index.ts';
import { emitTerraform } from '../../emit/terraform/index.ts';
import type { WorkingFolder } from '../files/index.ts';
import { type Lines, planSpecFile, readSpecFile, type Spec } from '../planning/index.ts';

/** What was found in a spec and its lock. */
export interface Checking {
  /** Absent when the spec cannot be read. */
  readonly spec?: Spec;
  /** Whether nothing that was found is an error: `synth` would then refuse neither the spec nor the lock. */
  readonly ok: boolean;
  /** In the order of the stages that found them: reading, planning, writing Terraform; each in the order of its file. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly lines: Lines;
}

export interface CheckOptions {
  /** What the spec asks for and is not built yet is a warning. Default: an error. */
  readonly acceptNotYet?: boolean;
  /** Only what can be known of the spec alone: no lock, no plan. */
  readonly syntax?: boolean;
}

/** Checks a spec and the lock next to it, as far as `synth` would go without writing. What one stage refuses hides nothing of its own. */
export async function checkSpecFile(
  file: string,
  folder: WorkingFolder,
  { acceptNotYet = false, syntax = false }: CheckOptions = {},
): Promise<Checking> {
  const found = syntax ? await readOnly(file, folder) : await planAndWrite(file, folder);
  const diagnostics = acceptNotYet ? found.diagnostics : found.diagnostics.map(asError);
  return { ...found, diagnostics, ok: found.spec !== undefined && !hasErrors(diagnostics) };
}

type Found = Omit<Checking, 'ok'>;

/** What is not built yet is accepted while searching, so that it does not hide what planning would find. */
const searching = { acceptNotYet: true } as const;

const asError = (each: PlacedDiagnostic): PlacedDiagnostic =>
  each.code === 'LG_NOT_BUILT_YET' ? { ...each, severity: 'error' } : each;

async function readOnly(file: string, folder: WorkingFolder): Promise<Found> {
  const { spec, diagnostics, lines } = await readSpecFile(file, folder, searching);
  return { ...(spec && { spec }), diagnostics, lines };
}

async function planAndWrite(file: string, folder: WorkingFolder): Promise<Found> {
  const { spec, made, diagnostics, lines, place } = await planSpecFile(file, folder, searching);
  const notBuilt = diagnostics.filter(({ code }) => code === 'LG_NOT_BUILT_YET');
  const follows = ({ path }: Diagnostic) =>
    path.length > 0 && notBuilt.some((each) => path.every((part, i) => part === each.path[i]));
  const refused = made ? emitTerraform(made.plan.infra, made.plan.routes).diagnostics : [];
  return {
    ...(spec && { spec }),
    diagnostics: [...diagnostics, ...place(refused.filter((each) => !follows(each)))],
    lines,
  };
}
