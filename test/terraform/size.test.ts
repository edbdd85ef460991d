import { expect, test } from 'vitest';
import type { EndpointService, InfraPlan, Listener } from '../../src/ir/index.ts';
import { exampleText, filesOf, planOf } from './cases.ts';

/** A plan with many services, each a copy of one of the example's. Only the writer is measured, so limits do not matter. */
function manyServices(infra: InfraPlan, count: number): InfraPlan {
  const [model] = infra.endpointServices;
  if (!model) throw new Error('the example has no service');
  const endpointServices = Array.from({ length: count }, (_, at): EndpointService => {
    const key = `s-${at + 1}`;
    const listeners = model.listeners.map(
      (listener): Listener => ({ ...listener, key: `${key}/${listener.port}`, targetGroup: listener.targetGroup }),
    );
    return { ...model, key, listeners, nlb: { ...model.nlb, name: `many-${at + 1}` } };
  });
  return { ...infra, endpointServices };
}

test('2,000 resources are written in under two seconds', () => {
  const plan = planOf(exampleText('hub-router'));
  const big = { ...plan, infra: manyServices(plan.infra, 120) };
  const started = performance.now();
  const files = filesOf(big);
  const seconds = (performance.now() - started) / 1000;
  const resources = files.flatMap(({ text }) => [...text.matchAll(/^resource "/gm)]).length;
  expect(resources).toBeGreaterThan(2000);
  expect(seconds).toBeLessThan(2);
});
