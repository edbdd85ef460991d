import { defaultFacts } from '../../src/facts/index.ts';
import { makePlan } from '../../src/planner/index.ts';
import { generateSpec } from './generate.ts';

/**
 * Plans and proves generated specs of growing size, and prints times, memory and the exponent of growth.
 * `node bench/planner/run.ts [targets …]`; default 1000 10000 100000.
 */
const sizes = process.argv.slice(2).map(Number);
const rows: { targets: number; ms: number; cpuMs: number }[] = [];
for (const targets of sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]) {
  const spec = generateSpec({ targets, workspaces: 50, networks: 20 });
  const started = performance.now();
  const cpu = process.cpuUsage();
  const { plan, diagnostics } = makePlan(spec, defaultFacts);
  const ms = performance.now() - started;
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1000;
  if (!plan) throw new Error(diagnostics.map((each) => `${each.code} ${each.message}`).join('\n'));
  const again = performance.now();
  const locked = makePlan(spec, defaultFacts, plan.lock);
  const lockedMs = performance.now() - again;
  if (JSON.stringify(locked.plan?.lock) !== JSON.stringify(plan.lock)) throw new Error('the lock did not hold');
  const rssMb = process.memoryUsage.rss() / 2 ** 20;
  rows.push({ targets, ms, cpuMs });
  const { placement, proof } = plan;
  console.log(
    `${targets} targets × 50 workspaces × 20 networks: ${ms.toFixed(0)} ms (${cpuMs.toFixed(0)} ms of CPU), from its lock ${lockedMs.toFixed(0)} ms, ${rssMb.toFixed(0)} MB resident`,
  );
  console.log(
    `  ${plan.infra.nccs.length} NCCs, ${placement.endpoints} endpoints (bound ${placement.lowerBound.endpoints}), ${placement.services} services (${placement.lowerBound.services}), ${placement.listeners} listeners (${placement.lowerBound.listeners}); proof: ${proof.reached} reached, ${proof.refused} refused, ${proof.adversarialDials} dials`,
  );
}
for (const [at, row] of rows.entries()) {
  const before = rows[at - 1];
  if (!before) continue;
  const exponent = (now: number, then: number): string =>
    (Math.log(now / then) / Math.log(row.targets / before.targets)).toFixed(2);
  console.log(
    `from ${before.targets} to ${row.targets}: grows with exponent ${exponent(row.ms, before.ms)} (CPU ${exponent(row.cpuMs, before.cpuMs)})`,
  );
}
