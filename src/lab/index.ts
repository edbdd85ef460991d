/**
 * lab: the real planner, the real router, the simulated network and real servers on one machine, and the check of every pair over them.
 * Never: a cloud account, traffic beyond loopback, an outcome that was not observed.
 * Imports: spec, planner, topology, router, sim, ir, diagnostics. Imported by: cli.
 */
export { createLabCa, type LabCa } from './ca.ts';
