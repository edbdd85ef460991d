/**
 * app/synth: makes the Terraform of a plan and writes it into a folder that people use as well.
 * Never: printing, a change to a file that lakegate did not write unless it was asked to, a path outside the folder.
 * Imports: app/files, app/planning, diagnostics, emit, ir. Imported by: app/change, app/check, cli.
 */
export { artifactFile, type TerraformFormat } from '../../emit/terraform/index.ts';
export type { FolderDifference } from './folder-changes.ts';
export { isPlanEdited, isWritten, ownerOf, planFileName } from './folder-owner.ts';
export { type NextSteps, nextSteps } from './next-steps.ts';
export {
  checkTerraform,
  foreseeWriting,
  planFileOf,
  type TerraformToWrite,
  type TerraformWriting,
  terraformOf,
  writeTerraform,
} from './write-terraform.ts';
