import { conflictMarker, type Diagnostic, quoted } from '../../diagnostics/index.ts';
import { held, unwritable } from '../files/index.ts';
import { listName } from './file-list.ts';
import type { InTheWay } from './folder-changes.ts';
import type { FolderProblem } from './output-folder.ts';

/** A problem of an output folder, and at which path it is. */
export interface FolderDiagnostic extends Diagnostic {
  /** Of the folder or of a file in it, as the user knows it. */
  readonly at: string;
}

/** Why nothing is written into a folder. */
export function problemsOf(problem: FolderProblem, out: string): readonly FolderDiagnostic[] {
  switch (problem.is) {
    case 'in-the-way':
      return inTheWayOf(out, problem);
    case 'held':
      return [{ ...held(out, problem), at: out }];
    case 'no-folder':
      return [notAFolder(out)];
    case 'unwritable':
      return [{ ...unwritable(out, problem.error), at: out }];
    case 'stopped':
      return [];
    default:
      return problem satisfies never;
  }
}

export const notAFolder = (out: string): FolderDiagnostic => ({
  code: 'LG_FILE_UNWRITABLE',
  severity: 'error',
  path: [],
  message: `${out} is not a folder, or not in one; synth writes several files into a folder`,
  hint: 'name a folder with -o; it is made where it does not exist',
  at: out,
});

/** A plan may not go into a folder that holds the Terraform of another spec. */
export const ofOtherSpec = (out: string, owner: string, name: string): FolderDiagnostic => ({
  code: 'LG_SYNTH_OTHER_SPEC',
  severity: 'error',
  path: [],
  message: `${out} belongs to another spec: it holds what synth wrote for ${quoted(owner)}, and this spec is ${quoted(name)}`,
  hint: 'choose another folder with -o; or overwrite this one with lakegate synth --force, where the spec was renamed',
  at: out,
});

/** Without a readable list a file without marker looks like somebody else's: then it is the list that is told. */
function inTheWayOf(
  out: string,
  { paths, brokenList }: Extract<FolderProblem, { is: 'in-the-way' }>,
): readonly FolderDiagnostic[] {
  if (brokenList === undefined || paths.every(({ is }) => is !== 'foreign'))
    return paths.map((each) => inTheWay(out, each));
  const others = paths.filter(({ is }) => is !== 'foreign').map((each) => inTheWay(out, each));
  return [noReadableList(out, brokenList), ...others];
}

export const noReadableList = (out: string, text: string): FolderDiagnostic => ({
  code: 'LG_SYNTH_NOT_OURS',
  severity: 'error',
  path: [],
  message:
    conflictMarker(text) === undefined
      ? `the list ${out}/${listName} cannot be read, so lakegate does not know its own files`
      : `the list ${out}/${listName} cannot be read: it has conflict markers of git`,
  hint: 'settle conflicts in spec and lock first; then write the folder anew with lakegate synth --force',
  at: `${out}/${listName}`,
});

function inTheWay(folder: string, { path, is }: InTheWay): FolderDiagnostic {
  const shown = `${folder}/${path}`;
  const problem = { severity: 'error', path: [], at: shown } as const;
  switch (is) {
    case 'foreign':
      return {
        ...problem,
        code: 'LG_SYNTH_NOT_OURS',
        message: `${shown} exists and was not written by lakegate`,
        hint: 'move it away, name another folder with -o, or overwrite it with lakegate synth --force',
      };
    case 'edited':
      return {
        ...problem,
        code: 'LG_SYNTH_EDITED',
        message: `${shown} was edited after lakegate wrote it`,
        hint: 'move the edit to a file of another name or to the spec, or overwrite it with lakegate synth --force',
      };
    case 'irregular':
      return {
        ...problem,
        code: 'LG_SYNTH_NOT_OURS',
        message: `${shown} is a link or no file, or a folder on the way to it is one`,
        hint: 'remove the link or folder, or name another output folder with -o',
      };
    default:
      return is satisfies never;
  }
}
