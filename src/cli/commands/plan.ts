import { command, fileArg, jsonArg } from '../command.ts';
import { headingOf, planSpecFile } from '../planning.ts';
import { diagnosticsJson, printDiagnostics } from '../print-diagnostics.ts';
import { planText } from '../render/plan-text.ts';
import { savingsOf } from '../savings.ts';

export const plan = command({
  name: 'plan',
  summary: 'Show what would be built, why, and what it costs per month',
  about:
    'Reads the spec and plans it: NCCs, rules, endpoint services, listeners, routes, the router fleet. Every plan shown has passed its proof: each workspace reaches exactly what it was granted, also when a client is hostile. Problems go to standard error; with --json they are in the document, whose schema is schema/plan.schema.json.',
  examples: [
    { line: 'lakegate plan', does: 'plans lakegate.yaml and shows the plan' },
    {
      line: 'lakegate plan -f prod.yaml --json',
      does: 'prints { infra, routes, lock, cost, headroom, proof, diagnostics }',
    },
  ],
  touches: 'nothing',
  args: { file: fileArg, json: jsonArg },
  async run({ file, json }, world) {
    const { made, diagnostics, lines } = await planSpecFile(file, world);
    if (json) {
      const { plan: planned, cost = null, headroom = null } = made ?? {};
      const { infra = null, routes = null, lock = null, proof = null, placement = null } = planned ?? {};
      const document = {
        infra,
        routes,
        lock,
        cost,
        headroom,
        proof,
        placement,
        diagnostics: diagnosticsJson(diagnostics),
      };
      world.print(JSON.stringify(document, null, 2));
      return made ? 0 : 1;
    }
    printDiagnostics(diagnostics, lines, world);
    if (!made) return 1;
    const savings = savingsOf(made.spec, made.plan, made.facts);
    world.print(planText({ ...made, ...(savings && { savings }), width: world.columns, heading: headingOf(world) }));
    return 0;
  },
});
