import { expect, test } from 'vitest';
import { snippetPlan, snippetTargets } from '../../../test/support/snippet-plan.ts';
import type { InfraPlan, PlannedTarget } from '../../ir/index.ts';
import { emitSnippets } from './index.ts';

const textOf = (plan: InfraPlan, target: PlannedTarget): string =>
  emitSnippets(plan, target)
    .map((snippet) => snippet.text)
    .join('\n');

test.each(snippetTargets)('$type has snippets, each with its own id', (target) => {
  const ids = emitSnippets(snippetPlan, target).map((snippet) => snippet.id);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(snippetTargets)(
  '$type: clients use the planned name or bucket, and the client port where it was remapped',
  (target) => {
    const text = textOf(snippetPlan, target);
    for (const place of [...target.hosts.slice(0, 1), ...target.buckets.slice(0, 1)]) expect(text).toContain(place);
    const remapped = target.ports.find(({ port, clientPort }) => port !== clientPort);
    if (remapped) {
      expect(text).toMatch(new RegExp(`\\b${remapped.clientPort}\\b`));
      expect(text).not.toMatch(new RegExp(`\\b${remapped.port}\\b`));
    }
  },
);

test('Kafka: all brokers are bootstrap servers, and clients give up a connection before the endpoint forgets it', () => {
  const kafka = snippetTargets.find((target) => target.type === 'kafka');
  const [streaming] = kafka ? emitSnippets(snippetPlan, kafka) : [];
  expect(streaming?.text).toContain('b-1.events.example.com:9098,b-2.events.example.com:9098');
  expect(streaming?.text).toContain('"kafka.connections.max.idle.ms", "240000"');
  expect(streaming?.text).toContain('"databricks.serviceCredential", "msk-rw"');
  expect(streaming?.text).not.toContain('option("kafka.sasl');
});

test('inspected names are verified with the CA of the volume, others with the usual ones', () => {
  const https = snippetTargets.find((target) => target.type === 'https');
  if (!https) throw new Error('no https target');
  const ca = '/Volumes/main/security/certificates/lakegate-ca.pem';
  expect(textOf(snippetPlan, { ...https, tls: 'inspect' })).toContain(ca);
  expect(textOf(snippetPlan, { ...https, tls: 'passthrough' })).not.toContain(ca);
});
