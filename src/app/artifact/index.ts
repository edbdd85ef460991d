/**
 * app/artifact: packs the router and its Node runtime into one archive.
 * Never: printing, a runtime whose bytes are not the pinned ones.
 * Imports: nothing. Imported by: cli.
 */
export { type Artifact, buildArtifact } from './build.ts';
export { type Architecture, architectures, npmRuntime, runtimeVersion } from './runtime.ts';
