import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { issuerSecret } from '../../src/app/ca/index.ts';
import { existingAuthority, newKeyPair } from '../../src/pki/index.ts';
import { IssuerFollower } from '../../src/router/index.ts';
import { AwsError } from '../../src/sim/aws/errors.ts';
import { primitives, signerOfPem } from '../support/inspected.ts';
import { testWith } from '../tools.ts';
import {
  cloud,
  codeOf,
  dayMs,
  judgedByOpenssl,
  type Place,
  passphrase,
  place,
  secretName,
  spec,
  startMs,
} from './ca-setup.ts';
import { lakegateIn, type Ran } from './cli.ts';

/** A leaf as a router makes it, judged by openssl. */
async function judged(here: Place, name: string, atMs: number): Promise<string> {
  const { keyPem, chain } = JSON.parse(here.text('issuer.json'));
  const authority = await existingAuthority(signerOfPem(keyPem), new X509Certificate(chain[0]).raw, primitives);
  const { publicKey } = await newKeyPair(crypto, false);
  const leaf = (await authority.issue({ names: [name], publicKey, nowMs: atMs, days: 30 })).pem;
  const trusted = here.text('terraform/lakegate-ca.pem');
  return judgedByOpenssl(here, { leaf, chain: chain.join(''), trusted, name, atMs });
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
  writeFileSync(
    join(here.cwd, 'lakegate.yaml'),
    `${spec('api.acme.com, new.acme.com')}inspection: { ca: { signer: { github: acme/network } } }\n`,
  );
  const warned = [await lakegateIn({ cwd: here.cwd }, 'check'), await lakegateIn({ cwd: here.cwd }, 'synth')];
  for (const { exit, out, err } of warned) {
    expect(out + err).toMatch(/warning LG_CA_NAMES the root in lakegate\.ca\.json may not sign for new\.acme\.com/);
    expect(exit).toBe(0);
  }
  const refused = await here.ca('sign --renew --issuer issuer.json');
  expect([codeOf(refused), refused.err.includes('new.acme.com')]).toEqual(['LG_CA_NAMES', true]);
  expect((await here.ca('init --reissue')).exit).toBe(0);
  expect((await lakegateIn({ cwd: here.cwd }, 'check')).err).not.toContain('LG_CA_NAMES');
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

describe('with the key in KMS and the issuer in a secret', () => {
  testWith('openssl')('init and sign need no passphrase, and leaves verify', async () => {
    const { here, ca, secrets } = await cloud();
    expect((await ca('init --kms alias/ca-1')).err).toContain('wrote lakegate.ca.json');
    const signed = await ca('sign');
    expect([signed.exit, signed.err, signed.out]).toEqual([0, '', expect.stringContaining(`secret ${secretName}`)]);
    await ca('bundle');
    expect(readdirSync(here.cwd).sort()).toEqual(['lakegate.ca.json', 'lakegate.yaml', 'terraform']);
    writeFileSync(join(here.cwd, 'issuer.json'), (await secrets.read(secretName)).value.reveal());
    expect(await judged(here, 'v1.api.acme.com', startMs + dayMs)).toBe('verified');
    expect(await judged(here, 'acme.com', startMs + dayMs)).toBe('permitted subtree violation');
    expect((await ca('show --secret')).out).toMatch(/key +alias\/ca-1 \(KMS, eu-west-1\)[\s\S]*intermediate at secret/);
  });

  test('sign --renew writes no version while there are more than 7 days', async () => {
    const { ca, secrets } = await cloud();
    await ca('init --kms alias/ca-1');
    const versions: (string | undefined)[] = [];
    for (const days of [0, 1, 6.9, 7, 8]) {
      expect((await ca('sign --renew', days)).exit).toBe(0);
      versions.push(await secrets.currentVersion(secretName));
    }
    const [a, b, c, d, e] = versions;
    expect([a === b, b === c, c === d, d === e]).toEqual([true, true, false, true]);
  });

  test('two at once both write a whole issuer, and the last one counts', async () => {
    const { ca } = await cloud();
    await ca('init --kms alias/ca-1');
    const ran = await Promise.all([ca('sign --renew'), ca('sign --renew')]);
    expect(ran.map(({ exit }) => exit)).toEqual([0, 0]);
    expect((await ca('show --secret --json')).out).toContain('"daysLeft": 14');
  });

  test.each<[string, string, string]>([
    ['kms', 'Sign', 'LG_AWS_CALL'],
    ['kms', 'GetPublicKey', 'LG_AWS_CALL'],
    ['secretsmanager', 'PutSecretValue', 'LG_CA_ISSUER'],
    ['secretsmanager', 'DescribeSecret', 'LG_CA_ISSUER'],
  ])('without the right %s:%s nothing is written', async (service, operation, want) => {
    const { hub, ca, secrets } = await cloud();
    await ca('init --kms alias/ca-1');
    hub.world.disturb = ({ type, name }) =>
      type === service && name === operation
        ? new AwsError('AccessDeniedException', 'is not authorized', 400)
        : undefined;
    const ran = await ca('sign --renew');
    hub.world.disturb = undefined;
    expect([ran.exit, codeOf(ran)]).toEqual([1, want]);
    expect(ran.err).toContain(operation);
    expect(await secrets.currentVersion(secretName)).toBeUndefined();
  });

  test('a KMS key of another kind, and one that is not there', async () => {
    const { hub, ca } = await cloud();
    const symmetric = await hub.make('aws_kms_key', {});
    expect(codeOf(await ca(`init --kms ${symmetric.id}`))).toBe('LG_AWS_CALL');
    expect(codeOf(await ca('init --kms alias/other'))).toBe('LG_AWS_CALL');
  });

  test('an alias that leads to another key later is noticed', async () => {
    const { hub, ca } = await cloud();
    await ca('init --kms alias/ca-1');
    const other = await hub.make('aws_kms_key', {
      key_usage: 'SIGN_VERIFY',
      customer_master_key_spec: 'ECC_NIST_P256',
    });
    const alias = hub.world.get('aws_kms_alias', 'alias/ca-1');
    if (alias) alias.attributes = { ...alias.attributes, target_key_id: other.id };
    expect(codeOf(await ca('sign'))).toBe('LG_CA_KEY');
  });

  test('a router follows the secret: version first, value when it changes, refusals aloud', async () => {
    const { hub, ca, env } = await cloud();
    const calls: string[] = [];
    let denied = false;
    hub.world.disturb = ({ name = '' }) => {
      if (/Secret/.test(name)) calls.push(name);
      return denied ? new AwsError('AccessDeniedException', 'is not authorized', 400) : undefined;
    };
    const notes: string[] = [];
    const nowMs = () => startMs + dayMs;
    const follower = new IssuerFollower({ note: (said) => notes.push(said), daysLeft: () => {}, nowMs });
    await follower.follow(issuerSecret(secretName, env));
    expect(notes.splice(0).join()).toMatch(/LG_NO_ISSUER.*LG_ISSUER_UNREADABLE secret .* has no value yet/s);
    await ca('init --kms alias/ca-1');
    await ca('sign');
    calls.length = 0;
    await follower.look();
    const first = follower.current();
    expect(first?.chain).toHaveLength(1);
    await follower.look();
    await follower.look();
    expect(calls).toEqual(['DescribeSecret', 'GetSecretValue', 'DescribeSecret', 'DescribeSecret']);
    denied = true;
    notes.length = 0;
    await follower.look();
    await follower.look();
    expect(notes).toEqual([
      expect.stringContaining('the current one stays in use'),
      expect.stringMatching(
        /LG_ISSUER_UNREADABLE .*secretsmanager:DescribeSecret: AccessDeniedException[\s\S]*role of the router/,
      ),
    ]);
    expect(follower.current()).toBe(first);
    denied = false;
    await ca('sign');
    await follower.look();
    expect(follower.current()).not.toBe(first);
    follower.close();
  });
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

describe('what is written is named with what to do with it', () => {
  const noteOf = ({ err }: Ran, name: string): string => err.split('\n').find((line) => line.includes(name)) ?? '';

  test('the public part is for the repository, a key is not, at each command that makes one', async () => {
    const here = place();
    const made = await here.ca('init --local');
    const published = await here.ca('rotate --phase publish', startMs + dayMs);
    for (const ran of [made, published]) {
      expect(ran.exit, ran.err).toBe(0);
      expect(noteOf(ran, '.key')).toMatch(/^wrote lakegate\.ca-[0-9a-f]{8}\.key: .*Do not commit it/);
      expect(noteOf(ran, 'lakegate.ca.json')).toBe('wrote lakegate.ca.json: commit it');
    }
    expect(noteOf(await here.ca('sign --issuer issuer.json'), 'key of the intermediate')).toContain(
      'out of the repository',
    );
  });

  test('with its folder, where the spec is in another', async () => {
    const here = place();
    mkdirSync(join(here.cwd, 'net'));
    writeFileSync(join(here.cwd, 'net/prod.yaml'), spec());
    const { files } = JSON.parse((await here.ca('init -f net/prod.yaml --local --json')).out);
    expect(files).toEqual([expect.stringMatching(/^net\/prod\.ca-[0-9a-f]{8}\.key$/), 'net/prod.ca.json']);
    for (const file of files) expect(existsSync(join(here.cwd, file))).toBe(true);
  });
});

test('show says that the intermediate that was asked for is not there', async () => {
  const here = place();
  await here.ca('init --local');
  expect((await here.ca('show --issuer issuer.json')).out).toContain('intermediate at issuer.json: there is none');
  expect(JSON.parse((await here.ca('show --issuer issuer.json --json')).out).issuer).toBeNull();
  expect(JSON.parse((await here.ca('show --json')).out)).not.toHaveProperty('issuer');
});

test('a second init says what makes another certificate and what another key', async () => {
  const here = place();
  await here.ca('init --local');
  expect((await here.ca('init --local')).err).toMatch(/hint: .*ca init --reissue.*ca rotate/);
});

test('bundle says what brings the files to the clients, and that a folder is not of synth', async () => {
  const delivered = `${spec()}inspection: { ca: { signer: { github: acme/network } }, deliver: { volume: main.security.certificates, file: ours.pem } }\n`;
  const here = place(delivered);
  await here.ca('init --local');
  const elsewhere = (await here.ca('bundle -o infra')).err;
  expect(elsewhere).toContain('infra is no folder that lakegate synth wrote');
  expect(elsewhere).toContain('terraform apply in infra: it delivers them to the volume main.security.certificates');
  expect((await lakegateIn({ cwd: here.cwd }, 'synth', '-o', 'written')).exit).toBe(0);
  expect((await here.ca('bundle -o written')).err).not.toContain('no folder');
  // What is in the output folder before synth is lakegate's own.
  expect((await lakegateIn({ cwd: here.cwd }, 'synth', '-o', 'infra')).err).not.toContain('did not write');
  writeFileSync(join(here.cwd, 'lakegate.yaml'), spec());
  expect((await here.ca('bundle')).err).toContain('put both where clients can read them');
});
