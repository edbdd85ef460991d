/**
 * app/change: compares the plan of a spec with an earlier one: a file, a lock, or a revision of git.
 * Never: printing, writing, exit codes.
 * Imports: app/files, app/planning, app/synth, diagnostics, ir, planner. Imported by: cli.
 */
export { type Area, type Changes, isNothing, type Line } from '../../planner/index.ts';
export { changesDocument, changesDocumentShape, changesJsonSchema } from './changes-document.ts';
export { type Compared, compareWithEarlier, type Diffing, diffSpecFile } from './diff-spec-file.ts';
