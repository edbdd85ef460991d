import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, existingAuthority, newKeyPair, webPrimitives } from '../../src/pki/index.ts';

/** The name that is asked for. */
export const benchName = 'bench.test';

/**
 * Writes into a folder what the proxies and the origin need: `servers.pem` (CA of the origin), `origin.pem` and `origin.key`,
 * `issuer.pem` and `issuer.key` (intermediate of the router), and a ready `leaf.pem`, `leaf.key` for proxies that issue nothing;
 * `both.pem` has a certificate and its key in one, as HAProxy wants it, and `mitmproxy-ca.pem` an issuer with its key.
 */
export async function writeCertificates(folder: string): Promise<void> {
  const primitives = webPrimitives(crypto);
  const nowMs = Date.now();
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const authority = async (commonName: string) =>
    createAuthority(
      await newKeyPair(crypto, false),
      { subject: { commonName }, nowMs, days: 30, pathLength: 1 },
      primitives,
    );
  const servers = await authority('servers');
  const origin = await newKeyPair(crypto, true);
  const certificate = await servers.issue({ names: [benchName], publicKey: origin.publicKey, nowMs, days: 10 });
  put('servers.pem', servers.certificate.pem);
  put('origin.pem', certificate.pem);
  put('origin.key', await origin.privatePem());

  const root = await authority('root');
  const issuer = await newKeyPair(crypto, true);
  const below = { subject: { commonName: 'issuer' }, publicKey: issuer.publicKey, nowMs, days: 14, names: [benchName] };
  const intermediate = await root.issueAuthority(below);
  const key = await issuer.privatePem();
  put('issuer.pem', intermediate.pem);
  put('issuer.key', key);
  put('mitmproxy-ca.pem', key + intermediate.pem);

  const leaf = await newKeyPair(crypto, true);
  const made = await (await existingAuthority(issuer, intermediate.der, primitives)).issue({
    names: [benchName],
    publicKey: leaf.publicKey,
    nowMs,
    days: 10,
  });
  const leafKey = await leaf.privatePem();
  put('leaf.pem', made.pem + intermediate.pem);
  put('leaf.key', leafKey);
  put('both.pem', made.pem + intermediate.pem + leafKey);
}
