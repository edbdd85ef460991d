/**
 * app/files: the file system as use cases see it, and writing that can be cut short anywhere.
 * Never: what the files mean.
 * Imports: diagnostics. Imported by: app/artifact, app/ca, app/change, app/check, app/flows, app/init, app/planning,
 * app/synth, app/watch, cli.
 */
export { errorCode, type FileSystem, type Kind, type WorkingFolder } from './file-system.ts';
export { type Held, type Hold, type HoldContext, heldNow, type Owner, type ThisProcess, takeHold } from './hold.ts';
export { makeFolders, mayMakeIn } from './make-folders.ts';
export { nodeFiles } from './node-files.ts';
export { type PlacedFile, placeFiles } from './place-files.ts';
export { held, unwritable } from './problems.ts';
export { thisProcess } from './this-process.ts';
