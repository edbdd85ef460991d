import { readSpec } from '../src/spec/index.ts';

/**
 * `node bench/read-spec.ts [largest]`: seconds to read specs of 1,000, 10,000 and 100,000 targets with 50 workspaces and
 * 20 networks, and the exponent of growth (1 is linear). The best of three each; nothing else should run on the machine.
 */
const types = ['postgres', 'https', 'mysql', 'redis', 'oracle', 'mongodb', 'sqlserver', 'http'];

function specText(targets: number): string {
  const lines = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join('');
  const perWorkspace = Math.ceil(targets / 50);
  return [
    'lakegate: 1\nname: bench\naws: { region: eu-west-1, account: "111122223333" }\n',
    'databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }\nhub: { vpc: { create: { cidr: 10.40.0.0/22 } } }\n',
    `workspaces:\n${lines(50, (i) => `  w${i}: { id: "${i + 1}" }\n`)}`,
    `networks:\n${lines(20, (i) => `  n${i}: { reach: transit-gateway, cidrs: [10.${100 + i}.0.0/16] }\n`)}`,
    `targets:\n${lines(targets, (i) => `  t${i}: { type: ${types[i % types.length]}, host: t${i}.acme.com, network: n${i % 20} }\n`)}`,
    `access:\n${lines(50, (w) => `  - { from: [w${w}], to: [${Array.from({ length: perWorkspace }, (_, i) => `t${(w * perWorkspace + i) % targets}`).join(', ')}] }\n`)}`,
  ].join('');
}

function bestSeconds(text: string): number {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    const { spec } = readSpec(text, 'bench.yaml');
    if (!spec) throw new Error('the spec of the benchmark has errors');
    return (performance.now() - start) / 1000;
  });
  return Math.min(...times);
}

const largest = Number(process.argv[2] ?? 100_000);
let before: number | undefined;
for (let targets = 1000; targets <= largest; targets *= 10) {
  const text = specText(targets);
  const seconds = bestSeconds(text);
  const growth = before === undefined ? '' : `, growth n^${Math.log10(seconds / before).toFixed(2)}`;
  process.stdout.write(`${targets} targets, ${(text.length / 1e6).toFixed(2)} MB: ${seconds.toFixed(3)} s${growth}\n`);
  before = seconds;
}
