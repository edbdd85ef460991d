import { artifactFile, type FolderDifference, type NextSteps, type TerraformWriting } from '../../app/synth/index.ts';
import { counted } from '../../diagnostics/index.ts';
import type { InfraPlan } from '../../ir/index.ts';
import { quoted } from '../next-command.ts';
import { rowsAtMost } from './table.ts';

export interface SynthLook {
  /** The output folder as the user gave it. */
  readonly folder: string;
  readonly changes: Extract<TerraformWriting, { is: 'written' }>['changes'];
  readonly next: NextSteps;
  readonly infra: InfraPlan;
}

/** What became of each file, and what to do next. */
export function synthText({ folder, changes, next, infra }: SynthLook): string {
  const { written, restored, removed, unchanged, overwrote } = changes;
  const forced = new Map(
    overwrote.map(({ path, is }) => [path, is === 'edited' ? 'it was edited' : 'it was not lakegate’s']),
  );
  const why = (path: string): string => (forced.has(path) ? `   (${forced.get(path)}: its content is gone)` : '');
  const steps = stepsOf(folder, next, infra);
  const lines = [
    ...written.map((path) => `  ${restored.includes(path) ? 'restored ' : 'wrote    '} ${folder}/${path}${why(path)}`),
    ...removed.map((path) => `  removed   ${folder}/${path}${why(path)}`),
    ...(unchanged.length > 0 ? [`  unchanged ${counted(unchanged.length, 'file')}`] : []),
    ...(steps.length > 0 ? ['', 'Next:', ...steps.map((step, i) => `  ${i + 1}. ${step}`)] : []),
  ];
  return lines.join('\n');
}

function stepsOf(folder: string, next: NextSteps, { router }: InfraPlan): readonly string[] {
  const chdir = `terraform -chdir=${quoted(folder)}`;
  const terraform = [...(next.init ? [`${chdir} init`] : []), ...(next.apply || next.init ? [`${chdir} apply`] : [])];
  return [
    ...(next.read ? [`read ${folder}/README.md`] : []),
    ...(next.artifact && router
      ? [
          `lakegate artifact --arch ${router.architecture} -o ${quoted(`${folder}/artifacts`)}   (${artifactFile(router.architecture)})`,
        ]
      : []),
    ...(next.image ? [`build the router image from ${folder}/files/Dockerfile`] : []),
    ...(terraform.length > 0 ? [terraform.join(' && ')] : []),
    ...(next.owners.length > 0
      ? [`send ${folder}/spokes/ to the owners of ${next.owners.join(', ')}, who apply it`]
      : []),
    ...(next.accept ? [`two minutes later: ${chdir} apply   (accepts the endpoints that Databricks has made)`] : []),
    ...(next.inspection ? [`make the CA of inspection and deliver it: ${folder}/README.md, "Inspection"`] : []),
  ];
}

const reasons: Readonly<Record<FolderDifference['is'], string>> = {
  missing: 'is missing',
  outdated: 'is of an earlier plan',
  edited: 'was edited after lakegate wrote it',
  foreign: 'was not written by lakegate',
  irregular: 'is a link or no file, or is behind one',
  unneeded: 'is no longer needed',
};

/** Why a file is not what would be written, as the end of a sentence that begins with its name. */
export const reasonOf = ({ is }: FolderDifference): string => reasons[is];

/** What `synth --check` found. */
export function checkText(folder: string, problems: readonly string[], fileCount: number): string {
  if (problems.length === 0) return `${folder} is what lakegate synth would write (${counted(fileCount, 'file')})`;
  const hidden = problems.length - rowsAtMost;
  return [
    `${folder} is not what lakegate synth would write:`,
    ...problems.slice(0, rowsAtMost).map((each) => `  ${each}`),
    ...(hidden > 0 ? [`  … and ${hidden.toLocaleString('en')} more (--json has all)`] : []),
  ].join('\n');
}
