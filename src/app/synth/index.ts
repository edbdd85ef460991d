/**
 * app/synth: makes the Terraform of a plan and writes it into a folder that people use as well.
 * Never: printing, a change to a file that lakegate did not write, a path outside the folder.
 * Imports: app/files, app/planning, diagnostics, emit. Imported by: app/change, app/check, cli.
 */
export { artifactFile, type TerraformFormat } from '../../emit/terraform/index.ts';
export { planFileName, planFileOf, type TerraformWriting, terraformOf, writeTerraform } from './write-terraform.ts';
