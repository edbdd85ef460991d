/**
 * app/check: finds everything that is wrong with a spec and its lock before anything is written: what reading, planning and
 * writing Terraform find.
 * Never: printing, writing.
 * Imports: app/files, app/planning, diagnostics, emit. Imported by: cli.
 */
export { type Checking, checkSpecFile } from './check-spec-file.ts';
