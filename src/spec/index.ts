/**
 * spec: text of a lakegate.yaml → a checked Spec, or every problem in it with its place.
 * Never: I/O (the caller reads the file), planning, a thrown error for bad input.
 * Imports: diagnostics, ir. Imported by: app, lab, planner, proof.
 */

export { type JsonSchema, jsonSchema, jsonSchemaText } from './json-schema.ts';
export { type Feature, features } from './not-built.ts';
export { readSpec, type SpecReading } from './read-spec.ts';
export type * from './spec.ts';
export { inOrder, type SpecSource } from './spec-source.ts';
export { starterFile } from './starter-file.ts';
export { kafkaPorts, type TargetKind, targetTypeNames, targetTypes } from './target-types.ts';
