/**
 * app/artifact: packs the router and its Node runtime into one archive.
 * Never: printing, a runtime whose bytes are not the pinned ones.
 * Imports: app/files, diagnostics. Imported by: cli.
 */
export { type ArtifactStep, makeArtifact, type WrittenArtifact } from './make-artifact.ts';
export { architectures, runtimeVersion } from './runtime.ts';
