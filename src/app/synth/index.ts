/**
 * app/synth: writes generated files into a folder that people use as well.
 * Never: printing, a change to a file that lakegate did not write, a path outside the folder.
 * Imports: nothing. Imported by: cli.
 */
export { type FolderChanges, type FolderFile, writeFolder } from './output-folder.ts';
