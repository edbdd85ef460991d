import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LabReport } from '../../src/lab/index.ts';
import { lakegate } from './cli.ts';

/** Every type that hub-router.yaml has not, each kind of sharing, and a target that is reached without a router. */
const everyType = `
lakegate: 1
name: acme-mix
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces:
  a: { id: "1234567890123456" }
  b: { id: "2345678901234567" }
hub:
  vpc: { create: { cidr: 10.40.0.0/22, zones: 3 } }
  router: { engine: node, instance: t4g.small, min: 2, max: 6 }
networks:
  core: { reach: peering, vpc: vpc-0aaaaaaaaaaaaaaa1, cidrs: [10.50.0.0/16] }
  hub: { reach: hub }
targets:
  my1: { type: mysql, host: my1.corp.acme.com, network: core, routing: name, family: mysql }
  my2: { type: mysql, host: my2.corp.acme.com, network: core, routing: name, family: mysql }
  mongo: { type: mongodb, host: m1.corp.acme.com, network: core }
  plain: { type: http, host: plain.corp.acme.com, network: core, paths: { allow: ["/v1/**"] } }
  plain2: { type: http, host: plain2.corp.acme.com, network: core }
  ssh: { type: tcp, host: ssh.corp.acme.com, port: 2222, network: core, first: server }
  raw: { type: tcp, host: raw.corp.acme.com, port: 2223, network: core, address: 10.50.9.9 }
  mssql1: { type: sqlserver, host: s1.corp.acme.com, network: core }
  mssql2: { type: sqlserver, host: s2.corp.acme.com, network: core }
  kaf: { type: kafka, hosts: [k1.corp.acme.com, k2.corp.acme.com], auth: [tls], network: core }
access:
  - { from: [a], to: [my1, mongo, plain, ssh, mssql1, kaf] }
  - { from: [b], to: [my2, plain2, raw, mssql2] }
`;

const folder = mkdtempSync(join(tmpdir(), 'lakegate-e2e-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function lab(text: string): Promise<{ exit: number; report: LabReport }> {
  const file = join(folder, 'lakegate.yaml');
  writeFileSync(file, text);
  const { exit, out, err } = await lakegate(folder, 'lab', '-f', file, '--once', '--json');
  expect(out, err).not.toBe('');
  return { exit, report: JSON.parse(out) as LabReport };
}

let every: { exit: number; report: LabReport };
beforeAll(async () => {
  every = await lab(everyType);
}, 60_000); // ten servers and two routers, on a machine that other tests keep busy

test('each type of target is reached by its own client and answers as itself', () => {
  const { exit, report } = every;
  expect(report.pairs.filter((pair) => !pair.passed)).toEqual([]);
  expect({ exit, failed: report.failed }).toEqual({ exit: 0, failed: 0 });
  const reached = (from: string) =>
    report.pairs.filter((pair) => pair.from === from && pair.observed === 'reach').map((pair) => pair.server);
  expect(reached('a')).toEqual(['my1', 'mongo', 'plain', 'ssh', 'mssql1', 'kaf', 'kaf']);
  expect(reached('b')).toEqual(['my2', 'plain2', 'raw', 'mssql2']);
});

test('a path that is not allowed is refused on plain HTTP', () => {
  const { report } = every;
  const paths = report.pairs.filter((pair) => pair.path !== undefined);
  expect(paths).toMatchObject([{ from: 'a', to: 'plain', observed: 'refuse', code: 'LG_PATH_DENIED' }]);
});
