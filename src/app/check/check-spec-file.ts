import { type Diagnostic, hasErrors, type PlacedDiagnostic } from '../../diagnostics/index.ts';
import type { InfraPlan } from '../../ir/index.ts';
import type { HoldContext, WorkingFolder } from '../files/index.ts';
import { type Lines, type Planning, planSpecFile, readSpecFile, type Spec } from '../planning/index.ts';

/** What was found in a spec and its lock. */
export interface Checking {
  /** Absent when the spec cannot be read. */
  readonly spec?: Spec;
  /** Whether nothing that was found is an error: `synth` would then refuse neither the spec nor the lock. */
  readonly ok: boolean;
  /** In the order of the stages that found them: reading, planning, making Terraform, writing it; each in the order of its file. */
  readonly diagnostics: readonly PlacedDiagnostic[];
  readonly lines: Lines;
  /** What follows, where there is a plan that can be written. */
  readonly next?: AfterCheck;
}

/** What is known of the steps after a check. */
export interface AfterCheck {
  readonly infra: InfraPlan;
  /** The output folder has a plan that `synth` wrote. */
  readonly isWritten: boolean;
  /** The plan inspects, and there is no CA next to the lock. */
  readonly lacksCa: boolean;
}

export interface CheckOptions {
  /** What the spec asks for and is not built yet is a warning. Default: an error. */
  readonly acceptNotYet?: boolean;
  /** The output folder of `synth`: where it is there, what `synth` would refuse of it is found, too. */
  readonly out: string;
  /** Only what can be known of the spec alone: no lock, no plan. */
  readonly syntax?: boolean;
}

/**
 * Checks a spec, the lock next to it and the output folder, as far as `synth` would go without writing. What one stage refuses
 * hides nothing of its own.
 */
export async function checkSpecFile(
  file: string,
  folder: WorkingFolder & HoldContext,
  { acceptNotYet = false, syntax = false, out }: CheckOptions,
): Promise<Checking> {
  const found = syntax ? await readOnly(file, folder) : await planAndWrite(file, out, folder);
  const diagnostics = acceptNotYet ? found.diagnostics : found.diagnostics.map(asError);
  return { ...found, diagnostics, ok: !hasErrors(diagnostics) };
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

async function planAndWrite(file: string, out: string, folder: WorkingFolder & HoldContext): Promise<Found> {
  const planning = await planSpecFile(file, folder, searching);
  const { spec, diagnostics, lines, place } = planning;
  const notBuilt = diagnostics.filter(({ code }) => code === 'LG_NOT_BUILT_YET');
  const follows = ({ path }: Diagnostic) => notBuilt.some((each) => path.every((part, i) => part === each.path[i]));
  const { ofPlan, inTheWay, written } = await foreseen(planning, out, folder);
  const { ofCa, lacksCa } = await caNextTo(file, planning, folder);
  return {
    ...(spec && { spec }),
    ...(written && notBuilt.length === 0 && { next: { ...written, lacksCa } }),
    diagnostics: [...diagnostics, ...place([...ofPlan.filter((each) => !follows(each)), ...ofCa]), ...inTheWay],
    // Of what is in the way nobody has read a line.
    lines: {
      line: (number, name) => (inTheWay.some((each) => each.file === name) ? undefined : lines.line(number, name)),
    },
  };
}

interface Foreseen {
  readonly ofPlan: readonly Diagnostic[];
  readonly inTheWay: readonly PlacedDiagnostic[];
  readonly written?: Omit<AfterCheck, 'lacksCa'>;
}

async function foreseen(
  { made, lockFile }: Planning,
  out: string,
  folder: WorkingFolder & HoldContext,
): Promise<Foreseen> {
  if (!made) return { ofPlan: [], inTheWay: [] };
  const { foreseeWriting, isWritten } = await import('../synth/index.ts'); // a spec with errors gets by without it
  const { ofPlan, inTheWay } = await foreseeWriting({ out, made, lockFile }, folder);
  const written = { infra: made.plan.infra, isWritten: await isWritten(out, folder) };
  return { ofPlan, written, inTheWay: inTheWay.map(({ at, ...each }) => ({ ...each, file: at, line: 1, column: 1 })) };
}

/** What the CA of inspection lacks for a plan that inspects. */
async function caNextTo(
  file: string,
  { made }: Planning,
  folder: WorkingFolder,
): Promise<{ readonly ofCa: readonly Diagnostic[]; readonly lacksCa: boolean }> {
  const inspection = made?.plan.infra.inspection;
  if (!inspection) return { ofCa: [], lacksCa: false };
  const ca = await import('../ca/index.ts'); // few specs inspect
  return { ofCa: await ca.warnOfNames(file, inspection, folder), lacksCa: await ca.lacksCa(file, folder) };
}
