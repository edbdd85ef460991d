import { execFile } from 'node:child_process';
import { createHash, createPrivateKey, sign as nodeSign, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findTool, testWith } from '../../test/tools.ts';
import { createAuthority, type LeafOptions } from './authority.ts';
import type { Primitives, Signer } from './signer.ts';
import { newKeyPair, webPrimitives } from './web-crypto.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const seconds = (ms: number): string => String(ms / 1000);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const primitives = webPrimitives(crypto);
const subject = { organization: 'acme', commonName: 'acme CA' };

const folder = mkdtempSync(join(tmpdir(), 'lakegate-pki-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
function fileOf(text: string): string {
  files += 1;
  const path = join(folder, `${files}.pem`);
  writeFileSync(path, text);
  return path;
}

const openssl = (...args: readonly string[]): Promise<{ ok: boolean; said: string }> =>
  new Promise((resolve) => {
    execFile(findTool('openssl') ?? '', args, (error, stdout, stderr) =>
      resolve({ ok: error === null, said: stdout + stderr }),
    );
  });

const authorityOf = async (days = 60, signer?: Signer) =>
  createAuthority(signer ?? (await newKeyPair(crypto, false)), { subject, nowMs, days }, primitives);

async function leafOf(
  authority: Awaited<ReturnType<typeof authorityOf>>,
  options: Partial<LeafOptions> = {},
): Promise<string> {
  const { publicKey } = await newKeyPair(crypto, true);
  return (await authority.issue({ names: ['orders.test'], publicKey, nowMs, days: 30, ...options })).pem;
}

interface Asked {
  readonly name?: string;
  readonly atMs?: number;
  readonly purpose?: string;
}

async function verify(ca: string, leaf: string, { name = 'orders.test', atMs = nowMs, purpose }: Asked = {}) {
  const { ok, said } = await openssl(
    ...['verify', '-x509_strict', '-verify_hostname', name, '-attime', seconds(atMs)],
    ...['-purpose', purpose ?? 'sslserver', '-CAfile', fileOf(ca), fileOf(leaf)],
  );
  return ok ? 'verified' : (/error \d+ at \d+ depth lookup: (.*)/.exec(said)?.[1] ?? said);
}

describe('as openssl judges, strictly', () => {
  const rows: [string, Asked, string][] = [
    ['its name', {}, 'verified'],
    ['its name within the hour before it was made', { atMs: nowMs - hourMs }, 'verified'],
    ['its name in its last second', { atMs: nowMs + 30 * dayMs - 1000 }, 'verified'],
    ['another name', { name: 'billing.test' }, 'hostname mismatch'],
    ['a name below its name', { name: 'a.orders.test' }, 'hostname mismatch'],
    ['its name more than an hour before', { atMs: nowMs - hourMs - 1000 }, 'certificate is not yet valid'],
    ['its name a second too late', { atMs: nowMs + 30 * dayMs + 1000 }, 'certificate has expired'],
    ['a client', { purpose: 'sslclient' }, 'unsuitable certificate purpose'],
  ];
  for (const [what, asked, want] of rows)
    testWith('openssl')(`a leaf for ${what}: ${want}`, async () => {
      const authority = await authorityOf();
      expect(await verify(authority.certificate.pem, await leafOf(authority), asked)).toBe(want);
    });

  testWith('openssl')('every name counts, and a wildcard for one label', async () => {
    const authority = await authorityOf();
    const leaf = await leafOf(authority, { names: ['a.test', '*.b.test'] });
    const asked = ['a.test', 'x.b.test', 'b.test', 'x.y.b.test'];
    const said = await Promise.all(asked.map((name) => verify(authority.certificate.pem, leaf, { name })));
    expect(said).toEqual(['verified', 'verified', 'hostname mismatch', 'hostname mismatch']);
  });

  testWith('openssl')('an authority of the same name and another key has not issued it', async () => {
    const [one, other] = [await authorityOf(), await authorityOf()];
    expect(await verify(other.certificate.pem, await leafOf(one))).toBe('unable to get local issuer certificate');
    // Two keys under one name in one file, as while a key is changed: the identifier finds the right one.
    expect(await verify(other.certificate.pem + one.certificate.pem, await leafOf(one))).toBe('verified');
  });

  testWith('openssl')('what is wrong by one bit is not signed', async () => {
    const authority = await authorityOf();
    const { publicKey } = await newKeyPair(crypto, true);
    const { der, pem } = await authority.issue({ names: ['orders.test'], publicKey, nowMs, days: 30 });
    const name = Buffer.from(der).indexOf('orders.test');
    const other = Buffer.from(der);
    other[name] = (other[name] ?? 0) ^ 1;
    const text = `-----BEGIN CERTIFICATE-----\n${other.toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(await verify(authority.certificate.pem, pem)).toBe('verified');
    expect(await verify(authority.certificate.pem, text)).toBe('certificate signature failure');
  });

  testWith('openssl')('the profile of both', async () => {
    const authority = await authorityOf();
    const textOf = async (pem: string): Promise<string> => {
      const { said } = await openssl(
        ...['x509', '-noout', '-text', '-certopt', 'no_pubkey,no_sigdump,no_serial', '-in', fileOf(pem)],
      );
      return said
        .replace(/([0-9A-F]{2}:){19}[0-9A-F]{2}/g, 'KEY')
        .replace(/ +$/gm, '')
        .replaceAll(' = ', '=');
    };
    expect(await textOf(authority.certificate.pem)).toMatchInlineSnapshot(`
      "Certificate:
          Data:
              Version: 3 (0x2)
              Signature Algorithm: ecdsa-with-SHA256
              Issuer: O=acme, CN=acme CA
              Validity
                  Not Before: Nov 24 11:00:00 2026 GMT
                  Not After : Jan 23 12:00:00 2027 GMT
              Subject: O=acme, CN=acme CA
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
      "
    `);
    expect(await textOf(await leafOf(authority))).toMatchInlineSnapshot(`
      "Certificate:
          Data:
              Version: 3 (0x2)
              Signature Algorithm: ecdsa-with-SHA256
              Issuer: O=acme, CN=acme CA
              Validity
                  Not Before: Nov 24 11:00:00 2026 GMT
                  Not After : Dec 24 12:00:00 2026 GMT
              Subject: CN=orders.test
              X509v3 extensions:
                  X509v3 Basic Constraints: critical
                      CA:FALSE
                  X509v3 Key Usage: critical
                      Digital Signature
                  X509v3 Extended Key Usage:
                      TLS Web Server Authentication
                  X509v3 Subject Key Identifier:
                      KEY
                  X509v3 Authority Key Identifier:
                      KEY
                  X509v3 Subject Alternative Name:
                      DNS:orders.test
      "
    `);
  });
});

test('a leaf names the key of its issuer and has another', async () => {
  const authority = await authorityOf();
  const [ca, leaf] = [new X509Certificate(authority.certificate.pem), new X509Certificate(await leafOf(authority))];
  expect(leaf.checkIssued(ca)).toBe(true);
  expect(leaf.verify(ca.publicKey)).toBe(true);
  expect(ca.publicKey.equals(leaf.publicKey)).toBe(false);
});

test('a leaf does not outlive its authority', async () => {
  const authority = await authorityOf(10);
  const [ca, leaf] = [new X509Certificate(authority.certificate.pem), new X509Certificate(await leafOf(authority))];
  expect(leaf.validTo).toBe(ca.validTo);
});

test('a name longer than a common name may be leaves the subject empty and makes the alternative names critical', async () => {
  const long = `${'a'.repeat(60)}.test`;
  const authority = await authorityOf();
  const leaf = new X509Certificate(await leafOf(authority, { names: [long] }));
  expect(leaf.subject).toBeUndefined();
  expect(leaf.subjectAltName).toBe(`DNS:${long}`);
  expect(leaf.raw.includes(Buffer.from('0603551d110101ff', 'hex'))).toBe(true);
  const short = new X509Certificate(await leafOf(authority, { names: [`${'a'.repeat(59)}.test`] }));
  expect(short.subject).toBe(`CN=${'a'.repeat(59)}.test`);
  expect(short.raw.includes(Buffer.from('0603551d110101ff', 'hex'))).toBe(false);
});

test('a serial is 127 bits of what it was given, and positive', async () => {
  const asked: number[] = [];
  const all: Primitives = {
    ...primitives,
    random: (bytes) => {
      asked.push(bytes);
      return new Uint8Array(bytes).fill(0xff);
    },
  };
  const made = await createAuthority(await newKeyPair(crypto, false), { subject, nowMs, days: 1 }, all);
  expect(new X509Certificate(made.certificate.pem).serialNumber).toBe(`7F${'FF'.repeat(15)}`);
  expect(asked).toEqual([16]);
  const serials = await Promise.all(
    Array.from({ length: 20 }, async () => new X509Certificate((await authorityOf()).certificate.pem).serialNumber),
  );
  expect(new Set(serials).size).toBe(20);
});

test('a key that never was in WebCrypto signs as well', async () => {
  const pair = await newKeyPair(crypto, true);
  const outside = createPrivateKey(await pair.privatePem());
  const signer: Signer = {
    publicKey: pair.publicKey,
    sign: async (message) => nodeSign('sha256', message, { key: outside, dsaEncoding: 'der' }),
  };
  const authority = await authorityOf(60, signer);
  const [ca, leaf] = [new X509Certificate(authority.certificate.pem), new X509Certificate(await leafOf(authority))];
  expect(ca.verify(ca.publicKey)).toBe(true);
  expect(leaf.verify(ca.publicKey)).toBe(true);
});

test('a key is known by the first 160 bits of the SHA-256 sum of its bits', async () => {
  const pair = await newKeyPair(crypto, false);
  const authority = await authorityOf(60, pair);
  const sum = createHash('sha256').update(pair.publicKey.subarray(-65)).digest().subarray(0, 20);
  expect(Buffer.from(authority.certificate.der).includes(Buffer.concat([Buffer.from([0x04, 0x14]), sum]))).toBe(true);
});

test('a key of another kind is refused', async () => {
  const other: Signer = { publicKey: new Uint8Array(120), sign: async () => new Uint8Array() };
  await expect(authorityOf(60, other)).rejects.toThrow('120 bytes are not a P-256 key');
});
