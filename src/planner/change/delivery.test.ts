import { expect, test } from 'vitest';
import { smallSpec } from '../../../test/small-spec.ts';
import { defaultFacts } from '../../facts/index.ts';
import { readSpec } from '../../spec/index.ts';
import { makePlan } from '../index.ts';
import { changes } from './changes.ts';

function planOf(deliver: string) {
  const { spec, diagnostics } = readSpec(
    smallSpec({
      inspection: `{ ca: { signer: { github: acme/network } }${deliver} }`,
      targets: '{ api: { type: https, host: api.acme.com, network: core, tls: inspect } }',
    }),
    'lakegate.yaml',
  );
  const plan = spec && makePlan(spec, defaultFacts).plan;
  if (!plan) throw new Error(JSON.stringify(diagnostics));
  return plan;
}

const delivered = ', deliver: { volume: main.a.b, file: ca.pem, create: true }';

test.each([
  ['a volume that Terraform keeps no more', delivered, delivered.replace('true', 'false'), 1],
  ['another file', delivered, delivered.replace('ca.pem', 'other.pem'), 1],
  ['another volume', delivered, delivered.replace('main.a.b', 'main.a.c'), 1],
  ['no delivery any more', delivered, '', 1],
  ['a first delivery', '', delivered, 0],
])('%s: clients lose the certificate that they trust', (_, before, after, count) => {
  const { cut } = changes(planOf(before), planOf(after));
  expect(cut.filter(({ cuts }) => cuts.startsWith('clients that read the certificate'))).toHaveLength(count);
});
