import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findTool, testWith } from '../../test/tools.ts';
import { createAuthority, existingAuthority } from './authority.ts';
import { readIssuerCertificate } from './issuer-certificate.ts';
import { newKeyPair, webPrimitives } from './web-crypto.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const primitives = webPrimitives(crypto);
const folder = mkdtempSync(join(tmpdir(), 'lakegate-pki-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A root that is bound to names, and an authority below it that has only its key and its certificate. */
async function twoLevels(names: readonly string[] = ['corp.test']) {
  const root = await createAuthority(
    await newKeyPair(crypto, false),
    { subject: { commonName: 'root' }, nowMs, days: 397, names, pathLength: 1 },
    primitives,
  );
  const key = await newKeyPair(crypto, false);
  const made = await root.issueAuthority({
    ...{ subject: { organization: 'acme', commonName: 'router' }, publicKey: key.publicKey },
    ...{ nowMs, days: 14, names },
  });
  const intermediate = await existingAuthority(key, made.der, primitives);
  const leaf = async (name: string) => {
    const { publicKey } = await newKeyPair(crypto, false);
    return intermediate.issue({ names: [name], publicKey, nowMs, days: 30 });
  };
  return { root, intermediate, leaf };
}

let files = 0;
function fileOf(text: string): string {
  files += 1;
  const path = join(folder, `${files}.pem`);
  writeFileSync(path, text);
  return path;
}
const run = (tool: string, ...args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(findTool(tool) ?? '', args, (error, stdout, stderr) => resolve(error ? stdout + stderr : 'verified'));
  });

describe('as openssl judges, strictly', () => {
  testWith('openssl')('a leaf of an intermediate verifies within the names of both, and not outside', async () => {
    const { root, intermediate, leaf } = await twoLevels();
    const verify = async (name: string): Promise<string> => {
      const said = await run(
        'openssl',
        ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', name, '-attime', `${nowMs / 1000}`],
        ...['-CAfile', fileOf(root.certificate.pem), '-untrusted', fileOf(intermediate.certificate.pem)],
        fileOf((await leaf(name)).pem),
      );
      return /error \d+ at \d+ depth lookup: (.*)/.exec(said)?.[1] ?? said;
    };
    expect(await Promise.all(['corp.test', 'api.corp.test', 'a.b.corp.test'].map(verify))).toEqual(
      Array(3).fill('verified'),
    );
    expect(await Promise.all(['other.test', 'evilcorp.test', `${'a'.repeat(60)}.test`].map(verify))).toEqual(
      Array(3).fill('permitted subtree violation'),
    );
    expect(await verify(`${'a'.repeat(60)}.corp.test`)).toBe('verified');
  });

  testWith('openssl')('the profile of root and intermediate', async () => {
    const { root, intermediate } = await twoLevels();
    const textOf = (pem: string): Promise<string> =>
      new Promise((resolve) => {
        const args = ['x509', '-noout', '-text', '-certopt', 'no_pubkey,no_sigdump,no_serial', '-in', fileOf(pem)];
        execFile(findTool('openssl') ?? '', args, (_, stdout) =>
          resolve(
            stdout
              .replace(/([0-9A-F]{2}:){19}[0-9A-F]{2}/g, 'KEY')
              .replace(/ +$/gm, '')
              .replaceAll(' = ', '='),
          ),
        );
      });
    expect(await textOf(root.certificate.pem)).toMatchInlineSnapshot(`
      "Certificate:
          Data:
              Version: 3 (0x2)
              Signature Algorithm: ecdsa-with-SHA256
              Issuer: CN=root
              Validity
                  Not Before: Nov 24 11:00:00 2026 GMT
                  Not After : Dec 26 12:00:00 2027 GMT
              Subject: CN=root
              X509v3 extensions:
                  X509v3 Basic Constraints: critical
                      CA:TRUE, pathlen:1
                  X509v3 Key Usage: critical
                      Certificate Sign, CRL Sign
                  X509v3 Extended Key Usage:
                      TLS Web Server Authentication
                  X509v3 Subject Key Identifier:
                      KEY
                  X509v3 Authority Key Identifier:
                      KEY
                  X509v3 Name Constraints: critical
                      Permitted:
                        DNS:corp.test
                      Excluded:
                        IP:0.0.0.0/0.0.0.0
                        IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0
      "
    `);
    expect(await textOf(intermediate.certificate.pem)).toMatchInlineSnapshot(`
      "Certificate:
          Data:
              Version: 3 (0x2)
              Signature Algorithm: ecdsa-with-SHA256
              Issuer: CN=root
              Validity
                  Not Before: Nov 24 11:00:00 2026 GMT
                  Not After : Dec  8 12:00:00 2026 GMT
              Subject: O=acme, CN=router
              X509v3 extensions:
                  X509v3 Basic Constraints: critical
                      CA:TRUE, pathlen:0
                  X509v3 Key Usage: critical
                      Certificate Sign, CRL Sign
                  X509v3 Extended Key Usage:
                      TLS Web Server Authentication
                  X509v3 Subject Key Identifier:
                      KEY
                  X509v3 Authority Key Identifier:
                      KEY
                  X509v3 Name Constraints: critical
                      Permitted:
                        DNS:corp.test
                      Excluded:
                        IP:0.0.0.0/0.0.0.0
                        IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0
      "
    `);
  });
});

test('nothing outlives its issuer', async () => {
  const { intermediate, leaf } = await twoLevels();
  const [ca, made] = [
    new X509Certificate(intermediate.certificate.pem),
    new X509Certificate((await leaf('a.corp.test')).pem),
  ];
  expect(made.validTo).toBe(ca.validTo);
  expect(made.checkIssued(ca)).toBe(true);
});

test('an authority is known by its certificate: subject, key identifier, end and key', async () => {
  const { root, intermediate } = await twoLevels();
  const read = readIssuerCertificate(intermediate.certificate.der);
  const x509 = new X509Certificate(intermediate.certificate.pem);
  expect(read?.notAfterMs).toBe(Date.parse(x509.validTo));
  expect(Buffer.from(read?.publicKey ?? [])).toEqual(x509.publicKey.export({ type: 'spki', format: 'der' }));
  expect(Buffer.from(read?.name ?? []).toString('latin1')).toContain('router');
  const late = await createAuthority(
    await newKeyPair(crypto, false),
    { subject: { commonName: 'late' }, nowMs: Date.parse('2051-01-01T00:00:00Z'), days: 1 },
    primitives,
  );
  expect(readIssuerCertificate(late.certificate.der)?.notAfterMs).toBe(Date.parse('2051-01-02T00:00:00Z'));
  expect(readIssuerCertificate(root.certificate.der)?.keyIdentifier).toHaveLength(20);
});

test('a certificate of another key makes no authority, nor does anything that is no certificate', async () => {
  const { intermediate } = await twoLevels();
  const other = await newKeyPair(crypto, false);
  await expect(existingAuthority(other, intermediate.certificate.der, primitives)).rejects.toThrow('another key');
  const { der } = intermediate.certificate;
  for (let length = 0; length < der.length; length++)
    expect(readIssuerCertificate(der.subarray(0, length))).toBeUndefined();
  await expect(existingAuthority(other, new Uint8Array(200), primitives)).rejects.toThrow('cannot be read');
});
