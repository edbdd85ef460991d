import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { caCodes } from '../../src/diagnostics/codes/ca.ts';
import { observationCodes } from '../../src/diagnostics/codes/observation.ts';
import { type Code, codes, refusalCodes } from '../../src/diagnostics/index.ts';
import { checkRoutePlan, routePlanBounds } from '../../src/ir/index.ts';
import { sealLock, sealService } from '../../src/planner/lock/file/checksum.ts';
import type { Lock } from '../../src/planner/lock/file/lock.ts';
import { temporaryFolder } from '../support/file-systems.ts';
import { lakegateIn } from './cli.ts';

/** What synth refuses, check has said: for every code there is that a spec or its lock can cause. */

/** Sections of a spec that synth accepts without a word. */
const right = {
  lakegate: '1',
  name: 'acme',
  aws: '{ region: eu-west-1, account: "111122223333" }',
  databricks: '{ account_id: 0d26daa6-5e44-4c97-a497-ef015f91254a }',
  workspaces: '{ one: { id: "1" }, two: { id: "2" } }',
  hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } } }',
  networks:
    '{ core: { reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, cidrs: [10.50.0.0/16] }, public: { reach: internet } }',
  targets: '{ db: { type: postgres, host: db.acme.com, network: core } }',
  access: '[{ from: ["*"], to: ["*"] }]',
};

type Parts = Readonly<Record<string, string | undefined>>;

const specOf = (parts: Parts): string =>
  Object.entries({ ...right, ...parts })
    .flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}\n`]))
    .join('');

/** A spec by the sections that differ from the right one, or its text; and what is done to the lock of `lockOf`. */
interface Cause {
  readonly spec?: Parts | string | Uint8Array;
  /** The lock is that of this spec (default: the right one), changed. */
  readonly lockOf?: Parts;
  readonly lock?: (text: string) => string;
}

const edited = (change: (lock: Lock) => Lock) => (text: string) =>
  JSON.stringify(sealLock(change(JSON.parse(text) as Lock)), null, 2);

const many = (count: number, each: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => each(i)).join(', ');

const target = (more: string, type = 'postgres') => `{ t: { type: ${type}, network: core, ${more} } }`;
const kafka = (more: string) => target(more, 'kafka');
const cluster = 'arn:aws:kafka:eu-west-1:111122223333:cluster/events/0a1b2c3d-0000-4000-8000-000000000000-3';
const oracles = (count: number) =>
  `{ ${many(count, (i) => `o${i}: { type: oracle, host: o${i}.acme.com, network: core }`)} }`;
const networks = (core: string) => ({ networks: `{ core: ${core} }` });
const twoTargets = (a: string, b: string): Parts => ({ targets: `{ a: ${a}, b: ${b} }` });

const causes: Partial<Record<Code, Cause>> = {
  LG_SPEC_FILE_SIZE: { spec: `# ${'x'.repeat(10 * 1024 * 1024)}` },
  LG_SPEC_NOT_UTF8: { spec: Uint8Array.from([0x1f, 0x8b, 0x08]) },
  LG_SPEC_EMPTY: { spec: '# nothing\n' },
  LG_SPEC_VERSION: { spec: { lakegate: '2' } },
  LG_YAML_SYNTAX: { spec: 'a: "b\n' },
  LG_YAML_DEPTH: { spec: '['.repeat(100) },
  LG_YAML_DUPLICATE_KEY: { spec: `${specOf({})}name: again\n` },
  LG_YAML_KEY: { spec: { tags: '{ __proto__: 1 }' } },
  LG_YAML_NUMBER: { spec: { load: '{ connections: 010 }' } },
  LG_YAML_TAG: { spec: { name: '!secret acme' } },
  LG_YAML_ALIAS: { spec: { name: '*nothing' } },
  LG_YAML_DOCUMENTS: { spec: `${specOf({})}---\n${specOf({})}` },
  LG_FIELD_UNKNOWN: { spec: { targtes: '{}' } },
  LG_MORE_PROBLEMS: { spec: `${specOf({})}${Array.from({ length: 1001 }, (_, i) => `k${i}: 1\n`).join('')}` },
  LG_SPEC_SECRET: { spec: { targets: target('host: t.acme.com, password: hunter2') } },
  LG_FIELD_MISSING: { spec: { aws: undefined } },
  LG_FIELD_TYPE: { spec: { aws: '{ region: eu-west-1, account: 111122223333 }' } },
  LG_FIELD_VALUE: { spec: { isolation: 'loose' } },
  LG_FIELD_RANGE: { spec: { limits: '{ domains_per_rule: 0 }' } },
  LG_NAME_FORM: { spec: { name: 'Acme' } },
  LG_HOST_NAME: { spec: { targets: target('host: "*.acme.com"') } },
  LG_PORT: { spec: { targets: target('host: t.acme.com, port: 70000') } },
  LG_CIDR: { spec: networks('{ reach: transit-gateway, cidrs: [10.50.0.1/16] }') },
  LG_CIDR_TOO_SMALL: { spec: { hub: '{ vpc: { create: { cidr: 10.40.0.0/28 } } }' } },
  LG_ADDRESS: { spec: { targets: target('host: t.acme.com, address: fe80::1') } },
  LG_ARN: { spec: { targets: kafka('msk: { cluster: events, brokers: [b-1.acme.com] }') } },
  LG_KAFKA_PLAINTEXT: { spec: { targets: kafka('hosts: [b-1.acme.com], auth: [plaintext]') } },
  LG_KAFKA_BROKERS_MISSING: { spec: { targets: kafka(`msk: { cluster: "${cluster}" }`) } },
  LG_KAFKA_BROKER_COUNT: {
    spec: {
      targets: kafka('msk: { create: { brokers: 5, version: 3.9.x, instance: kafka.m5.large, storage_gb: 10 } }'),
    },
  },
  LG_FIELD_NOT_HERE: { spec: { targets: target('host: t.acme.com, bucket: lake') } },
  LG_FIELD_CONFLICT: { spec: { targets: target('host: t.acme.com, hosts: [u.acme.com]') } },
  LG_REFERENCE_UNKNOWN: { spec: { access: '[{ from: [three], to: [db] }]' } },
  LG_REGION_PARTITION: { spec: { aws: '{ region: us-gov-west-1, account: "111122223333" }' } },
  LG_ARN_ELSEWHERE: {
    spec: {
      targets: kafka(`msk: { cluster: "${cluster.replace('eu-west-1', 'us-east-1')}", brokers: [b-1.acme.com] }`),
    },
  },
  LG_WORKSPACE_TWICE: { spec: { workspaces: '{ one: { id: "1" }, two: { id: "1" } }' } },
  LG_CIDR_OVERLAP: { spec: { hub: '{ vpc: { create: { cidr: 10.50.0.0/22 } } }' } },
  LG_ADDRESS_OUTSIDE: { spec: { targets: target('host: t.acme.com, address: 10.60.0.1') } },
  LG_HOST_PORT_TWICE: {
    spec: twoTargets(
      '{ type: postgres, host: a.acme.com, network: core }',
      '{ type: postgres, host: a.acme.com, network: core }',
    ),
  },
  LG_BUCKET_TWICE: { spec: twoTargets('{ type: s3, bucket: lake }', '{ type: s3, bucket: lake }') },
  LG_DEFAULT_TWICE: {
    spec: twoTargets(
      '{ type: postgres, host: a.acme.com, network: core, default: true }',
      '{ type: postgres, host: b.acme.com, network: core, default: true }',
    ),
  },
  LG_RENAME: { spec: { targets: target('host: t.acme.com, renamed_from: t') } },
  LG_PATTERN_OUTSIDE: {
    spec: { targets: target('host: t.acme.com, tls: inspect, path: /a, paths: { deny: [/b/**] }', 'https') },
  },
  LG_PREFIXES: {
    spec: {
      targets: `{ ${many(101, (i) => `t${i}: { type: https, host: t.acme.com, network: core, tls: inspect, path: /p${i} }`)} }`,
    },
  },
  LG_INSPECTION_NAMES: {
    spec: {
      targets: target('host: t.acme.com, tls: inspect', 'https'),
      inspection: '{ ca: { names: [example.com] } }',
    },
  },
  LG_CA_FILE: {
    spec: { targets: target('host: t.acme.com, tls: inspect, upstream: { ca: none.pem }', 'https') },
  },
  LG_LISTED_TWICE: { spec: { access: '[{ from: [one, one], to: [db] }]' } },
  LG_ACCESS_EMPTY: { spec: { access: '[{ from: [], to: [db] }]' } },
  LG_SHARE_NCC_TWICE: {
    spec: {
      workspaces: '{ one: { id: "1" }, two: { id: "2" }, three: { id: "3" } }',
      share_ncc: '[[one, two], [two, three]]',
    },
  },
  LG_INSPECTION_UNUSED: { spec: { inspection: '{}' } },
  LG_NOT_BUILT_YET: { spec: { hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { engine: haproxy } }' } },

  LG_REGION_UNKNOWN: { spec: { aws: '{ region: eu-west-7, account: "111122223333" }' } },
  LG_INSTANCE_UNKNOWN: { spec: { hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { instance: t4g.smal } }' } },
  LG_TARGET_WITHOUT_ACCESS: {
    spec: {
      ...twoTargets('{ type: postgres, host: a.acme.com, network: core }', '{ type: s3, bucket: lake }'),
      access: '[{ from: [one, two], to: [a] }]',
    },
  },
  LG_WORKSPACE_WITHOUT_ACCESS: { spec: { access: '[{ from: [one], to: [db] }]' } },
  LG_TOO_MANY_NCCS: {
    spec: {
      ...twoTargets(
        '{ type: postgres, host: a.acme.com, network: core }',
        '{ type: postgres, host: b.acme.com, network: core }',
      ),
      access: '[{ from: [one], to: [a] }, { from: [two], to: [b] }]',
      limits: '{ nccs_per_region: 1 }',
    },
  },
  LG_MERGE_OPTION: {
    spec: {
      ...twoTargets(
        '{ type: postgres, host: a.acme.com, network: core }',
        '{ type: postgres, host: b.acme.com, network: core }',
      ),
      access: '[{ from: [one], to: [a] }, { from: [two], to: [b] }]',
      limits: '{ nccs_per_region: 1 }',
    },
  },
  LG_SURPLUS: { spec: { access: '[{ from: [one], to: [db] }]', share_ncc: '[[one, two]]' } },
  LG_TOO_MANY_ENDPOINTS: { spec: { limits: '{ endpoints_in_use: 30 }' } },
  LG_TOO_MANY_SERVICES: { spec: { targets: oracles(3), limits: '{ nlbs_per_region: 2 }' } },
  LG_TOO_MANY_LISTENERS: { spec: { targets: oracles(3), limits: '{ target_groups_per_region: 2 }' } },
  LG_TOO_MANY_PORTS: {
    spec: {
      ...twoTargets(
        '{ type: tls, host: a.acme.com, port: 1001, network: core }',
        '{ type: tls, host: a.acme.com, port: 1002, network: core }',
      ),
      limits: '{ listeners_per_nlb: 1 }',
    },
  },
  LG_NO_ROUTER_PORT: {
    spec: { targets: oracles(2) },
    lock: edited((lock) => ({
      ...lock,
      next: { ...lock.next, routerPort: 70_000 },
      services: lock.services.map((service) =>
        sealService({
          ...service,
          listeners: Array.from({ length: 65_536 - 1024 }, (_, i) => ({
            port: 1 + i,
            targetGroup: `tg-${i}`,
            routerPort: 1024 + i,
            holds: [],
          })),
        }),
      ),
    })),
  },
  LG_PORT_CONFLICT: {
    spec: {
      ...twoTargets(
        '{ type: tcp, hosts: [a.acme.com, b.acme.com], port: 1001, address: 10.50.0.1, network: core }',
        '{ type: tcp, hosts: [b.acme.com, c.acme.com], port: 1002, address: 10.50.0.1, network: core }',
      ),
      limits: '{ domains_per_rule: 2 }',
    },
  },
  LG_HOST_MIXED_GRANTS: {
    spec: {
      ...twoTargets(
        '{ type: tcp, host: a.acme.com, port: 443, address: 10.50.1.2, network: core }',
        '{ type: https, host: a.acme.com, port: 8443, network: core }',
      ),
      access: '[{ from: [one], to: [a, b] }, { from: [two], to: [b] }]',
    },
  },
  LG_NO_HUB: { spec: { hub: undefined } },
  LG_NO_INTERNET: {
    spec: {
      hub: '{ vpc: { create: { cidr: 10.40.0.0/22, internet: none } } }',
      targets: '{ t: { type: https, host: api.acme.com, network: public } }',
    },
  },
  LG_HUB_TOO_SMALL: { spec: { hub: '{ vpc: { create: { cidr: 10.40.0.0/26 } } }', targets: oracles(3) } },
  LG_HUB_RANGE_UNKNOWN: {
    spec: { hub: '{ vpc: { id: vpc-0123456789abcdef0, subnets: [subnet-0aaaaaaaaaaaaaaa1] } }' },
  },
  LG_TOO_MANY_INTERFACES: {
    spec: {
      hub: '{ vpc: { create: { cidr: 10.32.0.0/16, zones: 6 } } }',
      targets: oracles(201),
      limits: '{ nlbs_per_region: 1000, endpoints_per_region: 1000 }',
    },
  },
  LG_FLEET_TOO_SMALL: { spec: { load: '{ connections: 10000000 }' } },
  LG_MOVED: {
    lockOf: {
      ...twoTargets(
        '{ type: tcp, host: a.acme.com, port: 443, address: 10.50.1.2, network: core }',
        '{ type: postgres, host: b.acme.com, network: core }',
      ),
    },
    spec: {
      ...twoTargets(
        '{ type: tcp, host: a.acme.com, port: 443, address: 10.50.1.2, network: core }',
        '{ type: postgres, host: b.acme.com, network: core }',
      ),
      access: '[{ from: [one], to: [a] }, { from: [two], to: [b] }]',
    },
  },
  LG_LOCK_OTHER_SPEC: { lock: (text) => text.replace('"acme"', '"other"') },
  LG_LOCK_VERSION: { lock: (text) => text.replace('"version": 1', '"version": 2') },
  LG_LOCK_EDITED: { lock: (text) => text.replace('"db.acme.com"', '"dw.acme.com"') },
  LG_LOCK_BROKEN: { lock: (text) => `<<<<<<< HEAD\n${text}` },

  LG_SYNTH_NO_TRANSIT_GATEWAY: { spec: networks('{ reach: transit-gateway, cidrs: [10.50.0.0/16] }') },
  LG_INSPECTION_SIGNER: { spec: { targets: target('host: t.acme.com, tls: inspect', 'https') } },
  LG_SYNTH_CONTAINER_LISTENERS: {
    spec: {
      hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { run: containers } }',
      targets: `{ ${many(6, (i) => `t${i}: { type: tls, host: t${i}.acme.com, port: ${1001 + i}, network: core }`)} }`,
    },
  },
  LG_SYNTH_BROKER_ADDRESS: {
    spec: { targets: kafka('hosts: [b-1.acme.com, b-2.acme.com], auth: [scram], listeners: per-broker') },
  },
  LG_SYNTH_CREDENTIAL_CLUSTER: {
    spec: {
      targets: kafka('hosts: [b-1.acme.com], auth: [iam]'),
      credentials:
        '{ c: { type: service-credential, external_id: abc, kafka: { target: t, topics: [x], actions: [read] } } }',
    },
  },
  LG_SYNTH_QUOTA: {
    spec: {
      targets: `{ ${many(61, (i) => `t${i}: { type: tls, host: t${i}.acme.com, port: ${1001 + i}, network: core }`)} }`,
      limits: '{ domains_per_rule: 100, endpoints_per_region: 100 }',
    },
  },
};

/** Codes that no spec and no lock can cause, and why. */
const notFromFiles: Partial<Record<Code, string>> = {
  LG_LIMIT_VALUE: 'the reader refuses such a limit as LG_FIELD_RANGE; only a spec that no file holds gets this far',
  LG_SYNTH_PEERING_WITHOUT_VPC: 'the reader refuses such a network as LG_FIELD_MISSING',
  LG_SYNTH_WORKSPACE_WITHOUT_ID: 'the reader refuses such a workspace, as LG_FIELD_MISSING or LG_NOT_BUILT_YET',
  LG_LOCK_CHANGED: 'another run has written the lock meanwhile',
  LG_PLAN_INCONSISTENT: 'the planner makes no such plan; prove --plan reads one that was edited',
  LG_PROOF_FAILED: 'the planner makes no such plan; prove --plan reads one that was edited',
  LG_SYNTH_NOT_OURS: 'of the output folder',
  LG_SYNTH_OTHER_SPEC: 'of the output folder',
  LG_SYNTH_EDITED: 'of the output folder',
  LG_SYNTH_OUT_OF_DATE: 'of the output folder',
  LG_SYNTH_FORMAT: 'of the command line',
  LG_ARTIFACT_ARCHITECTURE: 'of the command line',
  LG_ARTIFACT_NO_RUNTIME: 'of the machine',
  LG_ARTIFACT_BUNDLE: 'of the installation',
  LG_ROUTES_FILE: 'of a file of the router',
  LG_ROUTES_INCONSISTENT: 'of a file of the router',
  LG_POLICY_FILE: 'of a file of the router',
  LG_ISSUER_DOCUMENT: 'of the issuer of a router',
  LG_ISSUER_UNREADABLE: 'of the issuer of a router',
  LG_ISSUER_OPEN: 'of the issuer of a router',
  LG_FLOWS: 'of the machine of a router',
  LG_ROUTER_BIND: 'of the machine of a router',
  LG_USAGE: 'of the command line',
  LG_FILE_UNREADABLE: 'there is no spec to be read',
  LG_FILE_EXISTS: 'of the file that init would write',
  LG_FILE_UNWRITABLE: 'of the output folder, or of the folder of the lock',
  LG_WRITE_HELD: 'another run writes',
  LG_PLAN_FILE: 'of a file with a plan',
  LG_DIFF_BASE: 'of what diff compares with',
  LG_DIFF_FORMAT: 'of the command line',
  LG_LAB_NOT_STARTED: 'of the machine',
  LG_CONSOLE: 'of the machine',
  LG_AWS_CALL: 'AWS refused a call',
  LG_INTERNAL: 'lakegate is at fault',
  ...Object.fromEntries(Object.keys(refusalCodes).map((code) => [code, 'a router refuses a connection'])),
  ...Object.fromEntries(Object.keys(caCodes).map((code) => [code, 'of the CA that lakegate ca keeps'])),
  ...Object.fromEntries(Object.keys(observationCodes).map((code) => [code, 'of the live clouds'])),
};

test('every code has a spec or lock that causes it here, or a reason why none can', () => {
  const known = [...Object.keys(causes), ...Object.keys(notFromFiles)];
  expect(known.toSorted()).toEqual(Object.keys(codes).toSorted());
});

const { cidrs, resolvers, pathPatterns, pathPatternCharacters, addresses, nccs, listeners } = routePlanBounds;
const ranges = (count: number) => many(count, (i) => `10.${100 + (i >> 8)}.${i & 255}.0/24`);
const hosts = (count: number) => many(count, (i) => `10.50.0.${i}`);
const core = (more: string) => networks(`{ reach: transit-gateway, transit_gateway: tgw-0a1b2c3d4e5f60718, ${more} }`);
const globs = (list: string, count: number, length: number) => ({
  targets: target(`host: t.acme.com, paths: { ${list}: [${many(count, () => `/${'a'.repeat(length - 1)}`)}] }`, 'http'),
});

/** The longest list, text or number of its kind that a router reads, and the same with one more. */
const bounded: readonly (readonly [what: string, of: (more: number) => Parts])[] = [
  ['dns', (more) => core(`cidrs: [10.50.0.0/16], dns: [${hosts(resolvers + more)}]`)],
  ['cidrs', (more) => core(`cidrs: [${ranges(cidrs + more)}]`)],
  ['address', (more) => ({ targets: target(`host: t.acme.com, address: [${hosts(addresses + more)}]`) })],
  ['allow', (more) => globs('allow', pathPatterns + more, 9)],
  ['deny', (more) => globs('deny', pathPatterns + more, 9)],
  ['path pattern', (more) => globs('deny', 1, pathPatternCharacters + more)],
  ['nccs_per_region', (more) => ({ limits: `{ nccs_per_region: ${nccs + more} }` })],
  ['target_groups_per_region', (more) => ({ limits: `{ target_groups_per_region: ${listeners + more} }` })],
];

test.each(bounded)(
  'as much as a router reads of %s is planned and read, one more is refused on its line',
  async (what, of) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'lakegate.yaml'), specOf(of(0)));
    const { exit, out } = await lakegateIn({ cwd }, 'plan', '--json');
    expect(exit).toBe(0);
    expect(checkRoutePlan((JSON.parse(out) as { readonly routes: unknown }).routes)).toMatchObject({ is: 'good' });
    writeFileSync(join(cwd, 'lakegate.yaml'), specOf(of(1)));
    const refused = await findings(cwd, 'check');
    expect(refused.exit).toBe(1);
    expect(refused.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      [what.endsWith('_region') ? 'LG_FIELD_RANGE' : 'LG_FIELD_VALUE', 'error'],
    ]);
    expect(refused.said[0]).toContain(what);
    expect(refused.diagnostics[0]?.line).toBeGreaterThan(1);
  },
);

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The findings of a command, as lines, and its exit code. */
async function findings(cwd: string, ...argv: readonly string[]) {
  const { exit, out } = await lakegateIn({ cwd }, ...argv, '--json');
  const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly Finding[] };
  return {
    exit,
    diagnostics,
    said: diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${message}`),
  };
}

test('a spec that is right: nothing to say, and a lock that was written is right too', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'lakegate.yaml'), specOf({}));
  expect(await findings(cwd, 'check')).toEqual({ exit: 0, diagnostics: [], said: [] });
  expect(await findings(cwd, 'synth', '-o', 'out')).toMatchObject({ exit: 0, said: [] });
  expect(await findings(cwd, 'check')).toEqual({ exit: 0, diagnostics: [], said: [] });
});

test.each(Object.entries(causes))('%s is found by check, with all that plan and synth find', async (code, cause) => {
  const cwd = temporaryFolder();
  const { spec = {}, lockOf = {}, lock } = cause;
  const isBytes = spec instanceof Uint8Array || typeof spec === 'string';
  if (lock || cause.lockOf) {
    writeFileSync(join(cwd, 'lakegate.yaml'), specOf(lockOf));
    await lakegateIn({ cwd }, 'plan', '--write-lock');
    const file = join(cwd, 'lakegate.lock.json');
    if (lock) writeFileSync(file, lock(readFileSync(file, 'utf8')));
  }
  writeFileSync(join(cwd, 'lakegate.yaml'), isBytes ? spec : specOf(spec));
  const check = await findings(cwd, 'check');
  expect(check.said.join('\n')).toContain(` ${code} `);
  const plan = await findings(cwd, 'plan');
  const synth = await findings(cwd, 'synth', '-o', 'out');
  expect(check.said).toEqual(expect.arrayContaining([...new Set([...plan.said, ...synth.said])]));
  expect(check.exit).toBe(synth.exit);
  for (const { file, line, column } of check.diagnostics) {
    expect(file).toBe(code.startsWith('LG_LOCK_') ? 'lakegate.lock.json' : 'lakegate.yaml');
    expect([line, column].every((each) => each >= 1)).toBe(true);
  }
});
