import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { existingAuthority, newKeyPair } from '../../src/pki/index.ts';
import { temporaryFolder } from '../support/file-systems.ts';
import { primitives, signerOfPem } from '../support/inspected.ts';
import { findTool, testWith } from '../tools.ts';
import { lakegateIn, type Ran } from './cli.ts';

const passphrase = 'correct horse battery';
const dayMs = 86_400_000;
const startMs = Date.parse('2026-11-25T12:00:00Z');

const spec = (more = '', hosts = 'api.acme.com'): string => `
lakegate: 1
name: acme
aws: { region: eu-west-1, account: "111122223333" }
databricks: { account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }
workspaces: { one: { id: "1" } }
hub: { vpc: { create: { cidr: 10.40.0.0/22 } } }
networks: { core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] } }
targets: { api: { type: https, hosts: [${hosts}], network: core, tls: inspect } }
access: [{ from: ["*"], to: ["*"] }]
${more}`;

interface Place {
  readonly cwd: string;
  /** Runs `lakegate ca …` at a time. */
  ca(line: string, atMs?: number, env?: Record<string, string>): Promise<Ran>;
  text(name: string): string;
}

function place(specText = spec()): Place {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'lakegate.yaml'), specText);
  return {
    cwd,
    ca: (line, atMs = startMs, env = { LAKEGATE_CA_PASSPHRASE: passphrase }) =>
      lakegateIn({ cwd, env, nowMs: () => atMs }, 'ca', ...line.split(' ')),
    text: (name) => readFileSync(join(cwd, name), 'utf8'),
  };
}

const codeOf = ({ err }: Ran): string | undefined => /LG_[A-Z_]+/.exec(err)?.[0];

const run = (tool: string, ...args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(findTool(tool) ?? '', args, (failure, stdout, stderr) => resolve(failure ? stdout + stderr : 'verified'));
  });

/** A leaf as a router makes it, judged by openssl. */
async function judged({ cwd, text }: Place, name: string, atMs: number): Promise<string> {
  const { keyPem, chain } = JSON.parse(text('issuer.json'));
  const authority = await existingAuthority(signerOfPem(keyPem), new X509Certificate(chain[0]).raw, primitives);
  const { publicKey } = await newKeyPair(crypto, false);
  const leaf = await authority.issue({ names: [name], publicKey, nowMs: atMs, days: 30 });
  const [leafFile, chainFile] = [join(cwd, 'leaf.pem'), join(cwd, 'chain.pem')];
  writeFileSync(leafFile, leaf.pem);
  writeFileSync(chainFile, chain.join(''));
  const said = await run(
    'openssl',
    ...[
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-verify_hostname',
      name,
      '-attime',
      String(Math.floor(atMs / 1000)),
    ],
    ...['-CAfile', join(cwd, 'terraform/lakegate-ca.pem'), '-untrusted', chainFile, leafFile],
  );
  return /error \d+ at \d+ depth lookup: (.*)/.exec(said)?.[1] ?? said;
}

describe('init, sign, show, bundle', () => {
  testWith('openssl')(
    'leaves below the intermediate verify by the delivered file, within the names and the time',
    async () => {
      const here = place();
      expect((await here.ca('init --local')).exit).toBe(0);
      expect((await here.ca('sign --issuer issuer.json')).exit).toBe(0);
      expect((await here.ca('bundle')).exit).toBe(0);
      const at = (name: string, days: number) => judged(here, name, startMs + days * dayMs);
      expect(await at('api.acme.com', 0)).toBe('verified');
      expect(await at('v1.api.acme.com', 13.9)).toBe('verified');
      expect(await at('acme.com', 1)).toBe('permitted subtree violation');
      expect(await at('api.acme.com', 14.1)).toBe('certificate has expired');
    },
  );

  test('only public things are readable by others, and no file is left over', async () => {
    const here = place();
    await here.ca('init --local');
    await here.ca('sign --issuer issuer.json');
    const names = readdirSync(here.cwd).sort();
    const key = names.find((name) => name.endsWith('.key')) ?? '';
    expect(names).toEqual(['issuer.json', key, 'lakegate.ca.json', 'lakegate.yaml'].sort());
    const modes = [key, 'issuer.json'].map((name) => statSync(join(here.cwd, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
    expect(here.text(key)).not.toContain('PRIVATE KEY');
    expect(here.text('lakegate.ca.json')).not.toContain('PRIVATE');
  });

  test('show gives roots and intermediate as text and JSON, and no key', async () => {
    const here = place();
    await here.ca('init --local');
    await here.ca('sign --issuer issuer.json');
    const shown = await here.ca('show --issuer issuer.json --json', startMs + 4 * dayMs);
    const { phase, roots, issuer } = JSON.parse(shown.out);
    expect(phase).toBe('steady');
    expect(roots).toMatchObject([
      { use: 'current', subject: 'CN=lakegate acme', names: ['api.acme.com'], daysLeft: 393 },
    ]);
    expect(issuer).toMatchObject({ daysLeft: 10, root: roots[0].id, place: 'issuer.json' });
    const text = await here.ca('show --issuer issuer.json');
    expect(text.out).toContain(roots[0].fingerprint);
    expect(shown.out + text.out + text.err).not.toMatch(/PRIVATE|ticketSecret/);
  });

  test('the bundle holds the CA first and the public roots after it', async () => {
    const here = place();
    await here.ca('init --local');
    const { bundle, publicRoots } = JSON.parse((await here.ca('bundle --json')).out);
    const ours = here.text('terraform/lakegate-ca.pem');
    expect(bundle).toBe('terraform/lakegate-ca-bundle.pem');
    expect(here.text(bundle).startsWith(ours)).toBe(true);
    expect(here.text(bundle).match(/BEGIN CERTIFICATE/g)).toHaveLength(publicRoots + 1);
    expect(publicRoots).toBeGreaterThan(100);
    writeFileSync(join(here.cwd, 'roots.pem'), ours);
    expect(codeOf(await here.ca('bundle --public-roots roots.pem'))).toBe('LG_CA_STATE');
  });
});

test('sign --renew keeps what has more than 7 days left, and replaces it then', async () => {
  const here = place();
  await here.ca('init --local');
  const renew = async (days: number) =>
    JSON.parse((await here.ca('sign --renew --issuer issuer.json --json', startMs + days * dayMs)).out);
  expect(await renew(0)).toMatchObject({ signed: true, notAfter: '2026-12-09T12:00:00.000Z' });
  expect(await renew(6.9)).toMatchObject({ signed: false, notAfter: '2026-12-09T12:00:00.000Z' });
  expect(await renew(7)).toMatchObject({ signed: true, notAfter: '2026-12-16T12:00:00.000Z' });
});

test('names that have come: sign refuses until the root is made again with the same key', async () => {
  const here = place();
  await here.ca('init --local');
  await here.ca('sign --issuer issuer.json');
  const [before] = JSON.parse((await here.ca('show --json')).out).roots;
  writeFileSync(join(here.cwd, 'lakegate.yaml'), spec('', 'api.acme.com, new.acme.com'));
  const refused = await here.ca('sign --renew --issuer issuer.json');
  expect([codeOf(refused), refused.err.includes('new.acme.com')]).toEqual(['LG_CA_NAMES', true]);
  expect((await here.ca('init --reissue')).exit).toBe(0);
  const [after] = JSON.parse((await here.ca('show --json')).out).roots;
  expect(after).toMatchObject({ id: before.id, names: ['api.acme.com', 'new.acme.com'] });
  expect(JSON.parse((await here.ca('sign --renew --issuer issuer.json --json')).out).signed).toBe(true);
  expect(JSON.parse((await here.ca('sign --renew --issuer issuer.json --json')).out).signed).toBe(false);
});

test.each<[string, (here: Place) => Promise<Ran>, string]>([
  [
    'a second init',
    async (here) => {
      await here.ca('init --local');
      return here.ca('init --local');
    },
    'LG_CA_EXISTS',
  ],
  ['sign without a CA', (here) => here.ca('sign --issuer issuer.json'), 'LG_CA_ABSENT'],
  ['no passphrase', (here) => here.ca('init --local', startMs, {}), 'LG_CA_PASSPHRASE'],
  [
    'a short passphrase',
    (here) => here.ca('init --local', startMs, { LAKEGATE_CA_PASSPHRASE: 'short' }),
    'LG_CA_PASSPHRASE',
  ],
  [
    'a wrong passphrase',
    async (here) => {
      await here.ca('init --local');
      return here.ca('sign --issuer issuer.json', startMs, { LAKEGATE_CA_PASSPHRASE: 'incorrect horse' });
    },
    'LG_CA_PASSPHRASE',
  ],
  [
    'a root that has expired',
    async (here) => {
      await here.ca('init --local');
      return here.ca('sign --issuer issuer.json', startMs + 398 * dayMs);
    },
    'LG_CA_EXPIRED',
  ],
  [
    'a public file that was edited',
    async (here) => {
      await here.ca('init --local');
      writeFileSync(
        join(here.cwd, 'lakegate.ca.json'),
        here.text('lakegate.ca.json').replace(/"id": "..../, '"id": "0000'),
      );
      return here.ca('show');
    },
    'LG_CA_STATE',
  ],
  [
    'the key of another root',
    async (here) => {
      await here.ca('init --local');
      const other = place();
      await other.ca('init --local');
      const keyOf = (at: Place) => readdirSync(at.cwd).find((name) => name.endsWith('.key')) ?? '';
      writeFileSync(join(here.cwd, keyOf(here)), other.text(keyOf(other)));
      return here.ca('sign --issuer issuer.json');
    },
    'LG_CA_KEY',
  ],
])('%s is refused with its code', async (_, act, want) => {
  const ran = await act(place());
  expect([ran.exit, codeOf(ran)]).toEqual([1, want]);
  expect(ran.out + ran.err).not.toContain(passphrase);
});

test('a spec that inspects nothing has no CA', async () => {
  const here = place(spec().replace('tls: inspect', 'tls: passthrough'));
  expect(codeOf(await here.ca('init --local'))).toBe('LG_CA_NOTHING_INSPECTED');
});

test('two at once: one writes, and what is there is whole', async () => {
  const here = place();
  await here.ca('init --local');
  const ran = await Promise.all(
    ['sign --issuer issuer.json', 'sign --issuer issuer.json'].map((line) => here.ca(line)),
  );
  expect(ran.filter(({ exit }) => exit === 0).length).toBeGreaterThan(0);
  for (const each of ran.filter(({ exit }) => exit !== 0)) expect(codeOf(each)).toBe('LG_WRITE_HELD');
  expect(JSON.parse(here.text('issuer.json')).version).toBe(1);
});

test('`ca` alone says which words may follow', async () => {
  const ran = await lakegateIn({}, 'ca');
  expect([ran.exit, ran.err]).toEqual([1, expect.stringContaining('ca init, ca sign')]);
});
