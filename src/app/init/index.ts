/**
 * app/init: what a new user starts from.
 * Never: a file that is written over.
 * Imports: spec, files, diagnostics. Imported by: cli.
 */
export { jsonSchemaText } from '../../spec/index.ts';
export { writeStarter } from './write-starter.ts';
