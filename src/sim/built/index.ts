/**
 * sim/built: reads back what was built in the simulated clouds, as the two plans, so that it can be proved.
 * Never: the planner's plan as a source; it gives labels alone.
 * Imports: ir, sim/aws, sim/databricks. Imported by: tests, lab.
 */
export { brokerNames, type Labels, labelsOf } from './labels.ts';
export { type Built, type BuiltFrom, readBuilt } from './read.ts';
