import { expect, test } from 'vitest';
import { snippetPlan, snippetTargets } from '../../../test/support/snippet-plan.ts';
import type { InfraPlan, PlannedTarget, RoutePlan } from '../../ir/index.ts';
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

test('an inspected target has a snippet for each client, with the path of the target and the CA beside the public ones', () => {
  const https = snippetTargets.find((target) => target.type === 'https');
  if (!https) throw new Error('no https target');
  const target: PlannedTarget = { ...https, tls: 'inspect', path: '/orders' };
  const snippets = new Map(emitSnippets(snippetPlan, target).map((snippet) => [snippet.id, snippet.text]));
  expect([...snippets.keys()]).toEqual([
    'requests',
    'httpx',
    'curl',
    'aiohttp',
    'urllib',
    'openai',
    'grpcio',
    'git',
    'node',
    'environment',
    'keytool',
  ]);
  for (const [id, text] of snippets) {
    expect(text, id).toContain('/Volumes/main/security/certificates/lakegate-ca');
    if (id !== 'grpcio' && id !== 'keytool') expect(text, id).toContain('https://https.example.com/orders/');
    // What replaces the public CAs gets the file that has them too, and nothing else gets it.
    for (const [, setting, file] of text.matchAll(
      /(REQUESTS_CA_BUNDLE|SSL_CERT_FILE|PIP_CERT|GRPC_DEFAULT\w+)='?([^', ]+)/g,
    ))
      expect([id, setting, file]).toEqual([id, setting, '/Volumes/main/security/certificates/lakegate-ca-bundle.pem']);
    expect(text, id).not.toMatch(/(verify|cafile|cacert|CAInfo|EXTRA_CA_CERTS)[= ]+['"]?[^'" ]*-bundle/);
  }
  expect(snippets.get('requests')).toContain(
    'REQUESTS_CA_BUNDLE=/Volumes/main/security/certificates/lakegate-ca-bundle.pem',
  );
  expect(snippets.get('keytool')).toMatch(/^cp "\$JAVA_HOME\/lib\/security\/cacerts"/m);
  expect(emitSnippets(snippetPlan, { ...target, tls: 'passthrough' }).map(({ id }) => id)).toEqual([
    'requests',
    'httpx',
    'curl',
  ]);
});

test('an inspected target whose CA nobody delivers has the place of the CA to fill in, and no snippet is without it', () => {
  const https = snippetTargets.find((target) => target.type === 'https');
  if (!https || !snippetPlan.inspection) throw new Error('no https target');
  const { deliver: _, ...inspection } = snippetPlan.inspection;
  const plan: InfraPlan = { ...snippetPlan, inspection };
  for (const { id, text } of emitSnippets(plan, { ...https, tls: 'inspect' }))
    expect(text, id).toContain('/Volumes/<catalog>/<schema>/<volume>/lakegate-ca');
});

test.each([
  ['/v1/**', '/v1/'],
  ['/**', '/'],
  ['/user', '/user'],
  ['/repos/*/x', '/repos/<path>/x'],
  ["/o'hara/**", '/o%27hara/'],
])('where %s alone is allowed, a request asks for %s', (allow, path) => {
  const https = snippetTargets.find((target) => target.type === 'https');
  if (!https) throw new Error('no https target');
  const routes = { listeners: [{ routes: [{ target: https.name, action: { paths: { allow: [allow], deny: [] } } }] }] };
  const made = emitSnippets(snippetPlan, { ...https, tls: 'inspect' }, routes as unknown as RoutePlan);
  const asked = made.filter(({ id }) => ['requests', 'httpx', 'curl', 'aiohttp', 'urllib', 'node'].includes(id));
  expect(asked).toHaveLength(6);
  for (const { id, text } of asked)
    expect(text, id).toMatch(new RegExp(`https://https\\.example\\.com${path.replaceAll('*', '\\*')}["']`));
  expect(made.find(({ id }) => id === 'git')?.text).toContain("'https://https.example.com/<repository>.git'");
});
