/**
 * emit/terraform: an InfraPlan and its RoutePlan as Terraform files that a platform team would merge.
 * Never: I/O, decisions about the plan, secrets, dates, paths of this machine.
 * Imports: diagnostics, facts, ir. Imported by: app.
 */
export { emitTerraform, type TerraformOutput, terraformProblems } from './emit.ts';
export { type EmitOptions, marker, type OutputFile, type TerraformFormat } from './output-file.ts';
export { type DataSourceType, dataSourceTypes, type ResourceType, resourceTypes } from './resource-types.ts';
export { artifactFile } from './sections/artifact.ts';
