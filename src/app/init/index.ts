/**
 * app/init: what a new user starts from.
 * Never: a file that is written over.
 * Imports: app/files, diagnostics, spec. Imported by: cli.
 */
export { jsonSchemaText } from '../../spec/index.ts';
export { writeStarter } from './write-starter.ts';
