import { describe, expect, test } from 'vitest';
import { issuerSecret } from '../../src/app/ca/index.ts';
import type { Hostname } from '../../src/ir/index.ts';
import { IssuerFollower } from '../../src/router/index.ts';
import { minterOf } from '../../src/router/inspect/minter.ts';
import { testWith } from '../tools.ts';
import { cloud, codeOf, dayMs, judgedByOpenssl, secretName, startMs } from './ca-setup.ts';

const name = 'v1.api.acme.com' as Hostname;

/** A router as far as its certificates go: it follows the secret, and makes leaves with what it has. */
async function routerAt(env: Record<string, string>) {
  let days = 0;
  const left: number[] = [];
  const notes: string[] = [];
  const nowMs = () => startMs + days * dayMs;
  const follower = new IssuerFollower({ note: (said) => notes.push(said), daysLeft: (each) => left.push(each), nowMs });
  await follower.follow(issuerSecret(secretName, env));
  return {
    left,
    notes,
    async at(day: number) {
      days = day;
      await follower.look();
      const material = follower.current();
      if (!material) return undefined;
      const leaf = await (await minterOf(material)).leaf(name, nowMs());
      const [own = '', ...chain] = leaf.chainPem.split(/(?<=-----END CERTIFICATE-----\n)/);
      return { leaf: own, chain: chain.join(''), name, atMs: nowMs() };
    },
    close: () => follower.close(),
  };
}

testWith('openssl')(
  '60 days unattended: the signer runs, the router follows, and every day its leaf verifies',
  async () => {
    const { here, env, ca } = await cloud();
    await ca('init --kms alias/ca-1');
    await ca('bundle');
    const trusted = here.text('terraform/lakegate-ca.pem');
    await ca('sign');
    const router = await routerAt(env);
    const said: string[] = [];
    let signatures = 0;
    for (let day = 1; day <= 60; day += 1) {
      const ran = await ca('sign --renew --json', day);
      signatures += JSON.parse(ran.out).signed ? 1 : 0;
      const shown = await router.at(day);
      said.push(shown ? await judgedByOpenssl(here, { ...shown, trusted }) : 'no issuer');
    }
    expect([...new Set(said)]).toEqual(['verified']);
    expect(signatures).toBe(8);
    // What the alarms compare with 7 and 3: begun days. They stay silent.
    expect(Math.min(...router.left)).toBeGreaterThanOrEqual(7);
    expect(router.notes.join()).not.toMatch(/rejected|expired/);
    router.close();
  },
);

test('a signer that stops: the numbers of the alarms go down, and at last there is no issuer', async () => {
  const { env, ca } = await cloud();
  await ca('init --kms alias/ca-1');
  await ca('sign');
  const router = await routerAt(env);
  expect(await router.at(13.9)).toBeDefined();
  expect(await router.at(14)).toBeUndefined();
  expect(router.notes.at(-1)).toContain('LG_NO_ISSUER');
  expect(router.left).toEqual([14, 1, 0]);
  router.close();
});

describe('rotation', () => {
  testWith('openssl')(
    'with overlap every client verifies on every day, if it reads the delivered file within a week',
    async () => {
      const { here, env, ca } = await cloud();
      await ca('init --kms alias/ca-1');
      await ca('sign');
      const router = await routerAt(env);
      /** Delivered files by the day. */
      const delivered: { readonly day: number; readonly pem: string }[] = [];
      const deliver = async (day: number): Promise<void> => {
        await ca('bundle', day);
        delivered.push({ day, pem: here.text('terraform/lakegate-ca.pem') });
      };
      await deliver(0);
      const steps: Readonly<Record<number, string>> = {
        10: 'rotate --phase publish --kms alias/ca-2',
        17: 'rotate --phase switch',
        31: 'rotate --phase retire',
      };
      const failed: string[] = [];
      for (let day = 1; day <= 40; day += 1) {
        const step = steps[day];
        if (step) {
          expect([day, (await ca(step, day)).err]).toEqual([day, expect.stringContaining('wrote lakegate.ca.json')]);
          await deliver(day);
        }
        await ca('sign --renew', day);
        const shown = await router.at(day);
        if (!shown) throw new Error(`no issuer on day ${day}`);
        // A client that has just read the file, and one that read it a week ago.
        for (const age of [0, 6.9]) {
          const file = delivered.findLast((each) => each.day <= Math.max(0, day - age));
          const said = await judgedByOpenssl(here, { ...shown, trusted: file?.pem ?? '' });
          if (said !== 'verified') failed.push(`day ${day}, file of day ${file?.day}: ${said}`);
        }
      }
      expect(failed).toEqual([]);
      expect(delivered.map(({ pem }) => pem.match(/BEGIN/g)?.length)).toEqual([1, 2, 2, 1]);
      expect(delivered.at(-1)?.pem).not.toBe(delivered[0]?.pem);
      router.close();
    },
  );

  test('a phase is refused before its time, out of its order, and without what it needs', async () => {
    const { ca } = await cloud();
    const phase = async (line: string, day: number) => {
      const ran = await ca(`rotate ${line}`.trim(), day);
      return ran.exit === 0 ? 'done' : `${codeOf(ran)}: ${ran.err.split('\n')[0]?.replace(/^error LG_\w+ /, '')}`;
    };
    expect(await phase('--phase publish --kms alias/ca-2', 0)).toMatch(/^LG_CA_ABSENT/);
    await ca('init --kms alias/ca-1');
    await ca('sign');
    expect(await phase('--phase switch', 0)).toBe(
      'LG_CA_PHASE: the phase switch does not follow: the CA is steady, and publish comes next',
    );
    expect(await phase('--phase retire', 0)).toMatch(/^LG_CA_PHASE.*publish comes next/);
    expect(await phase('--phase publish', 0)).toMatch(/^LG_CA_PHASE.*no other one is named/);
    expect(await phase('--phase publish --kms alias/ca-1', 0)).toMatch(/^LG_CA_KEY/);
    expect(await phase('--phase publish --kms alias/ca-2', 0)).toBe('done');
    expect(await phase('--phase publish --kms alias/ca-2', 1)).toBe('done'); // a second time: nothing more
    expect(await phase('--phase retire', 30)).toMatch(/^LG_CA_PHASE.*switch comes next/);
    expect(await phase('--phase switch', 6.9)).toBe(
      'LG_CA_PHASE: the phase switch is due from 2026-12-02T12:00:00.000Z',
    );
    expect(await phase('', 7)).toBe('done');
    expect(await phase('--phase retire', 20.9)).toMatch(/^LG_CA_PHASE.*due from 2026-12-16T12:00:00/);
    expect(await phase('--phase retire', 21)).toMatch(/^LG_CA_PHASE.*is not of the root/);
    await ca('sign --renew', 21);
    expect(await phase('--phase retire', 21)).toBe('done');
    expect((await ca('show', 21)).out).toMatch(/steady since 2026-12-16[\s\S]*alias\/ca-2/);
  });

  test('a key that has leaked: no waiting, if that is asked for', async () => {
    const { ca } = await cloud();
    await ca('init --kms alias/ca-1');
    await ca('sign');
    for (const line of ['--kms alias/ca-2', '--overlap-days 0']) expect((await ca(`rotate ${line}`)).exit).toBe(0);
    await ca('sign --renew');
    expect((await ca('rotate --overlap-days 0')).exit).toBe(0);
    expect(JSON.parse((await ca('show --json')).out)).toMatchObject({ phase: 'steady', roots: [{ use: 'current' }] });
  });
});
