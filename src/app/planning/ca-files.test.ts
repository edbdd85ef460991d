import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFiles } from '../files/index.ts';
import { readSpecFile } from './spec-file.ts';

let folder = '';
let pem = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakegate-ca-'));
  pem = await readFile('examples/search-ca.pem', 'utf8');
});
afterEach(() => rm(folder, { recursive: true }));

const specWith = (ca: string): string => `lakegate: 1
name: acme
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { one: { id: "1" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22, zones: 2 } } }
networks: { hub: { reach: hub } }
targets:
  a: { type: https, host: a.acme.test, network: hub, tls: inspect, upstream: { ca: ${JSON.stringify(ca)} } }
  b: { type: https, host: b.acme.test, network: hub, tls: inspect, upstream: { ca: ${JSON.stringify(ca)} } }
access: [{ from: [one], to: [a, b] }]
`;

/** The certificates of each target, or what is wrong with the first. */
async function reading(ca: string) {
  await mkdir(join(folder, 'specs'), { recursive: true });
  await writeFile(join(folder, 'specs', 'lakegate.yaml'), specWith(ca));
  const read = await readSpecFile('specs/lakegate.yaml', { cwd: folder, files: nodeFiles }, { acceptNotYet: true });
  if (read.spec) return read.spec.targets.map(({ upstream }) => upstream?.ca);
  const [first] = read.diagnostics.filter(({ severity }) => severity === 'error');
  return `${first?.line}:${first?.column} ${first?.code} ${first?.message}`;
}

const put = async (content: string | Uint8Array, name = 'ca.pem'): Promise<void> => {
  await mkdir(join(folder, 'specs', 'certs'), { recursive: true });
  await writeFile(join(folder, 'specs', name), content);
};

test('the certificates of the file go into the spec as PEM, whatever else the file says', async () => {
  await put(`A comment\r\n${pem.replaceAll('\n', '\r\n')}\n${pem}`);
  expect(await reading('ca.pem')).toEqual([[pem], [pem]]);
  await put(pem, 'certs/ca.pem');
  expect(await reading('certs/ca.pem')).toEqual([[pem], [pem]]);
});

const wrong = (why: string): string => `9:84 LG_CA_FILE ca.pem ${why}`;

test.each<[string, () => Promise<void>, string]>([
  ['is missing', async () => {}, 'does not exist in the folder of the spec'],
  ['is a folder', async () => void (await mkdir(join(folder, 'specs', 'ca.pem'), { recursive: true })), 'is a folder'],
  ['has no certificate', () => put('hello'), 'has no certificate in PEM (-----BEGIN CERTIFICATE-----)'],
  ['has too many bytes', () => put(new Uint8Array(256 * 1024 + 1)), 'has more than 262144 bytes'],
  ['has too many certificates', () => put(pem.repeat(17)), 'has 17 certificates; the maximum is 16'],
  [
    'has half a certificate',
    () => put(pem.replace(/\n[^\n]+\n-----END/, '\n-----END')),
    'has a certificate that cannot be read (number 1)',
  ],
  [
    'has a private key',
    () => put(`${pem}-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n`),
    'has a private key; write only the certificates into it',
  ],
])('a file that %s is an error where it is named', async (_, make, why) => {
  await make();
  expect(await reading('ca.pem')).toBe(wrong(why));
});

test('a link is not followed: a spec must not read any file of this machine', async () => {
  await put(pem, 'certs/real.pem');
  await symlink(join(folder, 'specs', 'certs', 'real.pem'), join(folder, 'specs', 'ca.pem'));
  expect(await reading('ca.pem')).toMatch(/^9:84 LG_CA_FILE ca\.pem is reached through the link ca\.pem/);
  await symlink(join(folder, 'specs', 'certs'), join(folder, 'specs', 'linked'));
  expect(await reading('linked/real.pem')).toMatch(/LG_CA_FILE linked\/real\.pem is reached through the link linked/);
});

test.each([
  ['/etc/ca.pem', 'is not relative to the folder of the spec'],
  ['~/ca.pem', 'is not relative to the folder of the spec'],
  ['../ca.pem', 'leads out of the folder of the spec'],
  ['a/../../ca.pem', 'leads out of the folder of the spec'],
  ['a\\..\\ca.pem', 'leads out of the folder of the spec'],
  ['', 'is not the path of a file'],
  ['a//b', 'is not the path of a file'],
])('%j is no file beside the spec', async (ca, why) => {
  expect(await reading(ca)).toBe(`9:84 LG_FIELD_VALUE ${JSON.stringify(ca)} ${why}`);
});
