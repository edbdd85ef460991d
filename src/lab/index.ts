/**
 * lab: the real planner, the real router, the simulated network and real servers on one machine, and the check of every pair over them.
 * Never: a cloud account, traffic beyond loopback, an outcome that was not observed.
 * Imports: diagnostics, ir, pki, router, sim, spec, topology. Imported by: cli.
 */
export { checkPairs, type PairResult } from './check.ts';
export { checkLab } from './check-lab.ts';
export { exampleCommands } from './example-commands.ts';
export type { LabExtension } from './extension.ts';
export { loadExtensions } from './extensions.ts';
export { type Lab, type LabOptions, startLab } from './lab.ts';
export { pairsOf } from './pairs.ts';
export { type LabReport, type LabUp, reportText } from './report.ts';
