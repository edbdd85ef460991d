import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/file-systems.ts';
import { testWith } from '../tools.ts';
import { lakegate } from './cli.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  cpSync('examples/hub-router.yaml', join(folder, 'lakegate.yaml'));
});

const run = (...argv: readonly string[]) => lakegate(folder, ...argv);

const edit = (from: string, to: string): void => {
  const path = join(folder, 'lakegate.yaml');
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
};

const revoke = (): void => edit('to: [ledger, warehouse, legacy-mysql]', 'to: [ledger, warehouse]');
const lost = 'finance no longer reaches legacy-mysql';

test('with neither plan nor lock there is nothing to compare with, also as JSON', async () => {
  const { exit, err } = await run('diff');
  expect({ exit, err }).toMatchObject({ exit: 1, err: expect.stringContaining('LG_DIFF_BASE') });
  expect(err).toContain('terraform/lakegate.plan.json nor lakegate.lock.json');
  const json = JSON.parse((await run('diff', '--json')).out);
  expect(json).toMatchObject({ ok: false, diagnostics: [{ code: 'LG_DIFF_BASE' }] });
});

test('synth writes the plan into its folder and owns it; diff finds it there and writes nothing', async () => {
  await run('synth', '-o', 'infra');
  const kept = JSON.parse(readFileSync(join(folder, 'infra/lakegate.plan.json'), 'utf8'));
  const printed = JSON.parse((await run('plan', '--json')).out);
  expect(kept).toEqual(printed);
  expect(JSON.parse(readFileSync(join(folder, 'infra/lakegate.files.json'), 'utf8')).files).toContain(
    'lakegate.plan.json',
  );
  const before = readdirSync(folder, { recursive: true }).sort();
  expect((await run('diff', '-o', 'infra', '--detailed-exitcode')).exit).toBe(0);
  revoke();
  expect((await run('diff', '-o', 'infra')).exit).toBe(0);
  const { exit, out } = await run('diff', '-o', 'infra', '--detailed-exitcode');
  expect(exit).toBe(2);
  expect(out).toContain(lost);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
});

test('a plan in the output folder that nobody could have written is refused, not passed over', async () => {
  await run('synth');
  writeFileSync(join(folder, 'terraform/lakegate.plan.json'), '{}');
  expect(await run('diff')).toMatchObject({ exit: 1, err: expect.stringContaining('LG_PLAN_FILE') });
});

const whose = '“acme-hub”';

test('a folder of another spec: synth refuses and changes nothing, synth --check and diff say whose it is', async () => {
  await run('synth');
  const path = join(folder, 'terraform');
  const texts = () =>
    readdirSync(path, { withFileTypes: true }).map(
      (each) => each.isFile() && readFileSync(join(path, each.name), 'utf8'),
    );
  const before = texts();
  const spec = readFileSync(join(folder, 'lakegate.yaml'), 'utf8');
  writeFileSync(join(folder, 'prod.yaml'), spec.replace('name: acme-hub', 'name: acme-prod'));
  for (const line of [['synth'], ['synth', '--check']]) {
    const { exit, err } = await run(...line, '-f', 'prod.yaml');
    expect(exit).toBe(1);
    expect(err).toContain('LG_SYNTH_OTHER_SPEC terraform belongs to another spec');
    expect(err).toContain(whose);
    expect(err).toContain('another folder with -o');
  }
  expect(texts()).toEqual(before);
  expect(existsSync(join(folder, 'prod.lock.json'))).toBe(false);
  const without = await run('diff', '-f', 'prod.yaml');
  expect(without).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('is the plan of another spec') });
  expect(without.err).toContain(whose);
  const given = ['diff', 'terraform/lakegate.plan.json', '-f', 'prod.yaml'];
  expect((await run(...given)).out).toContain('the plan terraform/lakegate.plan.json of another spec, acme-hub');
  expect(JSON.parse((await run(...given, '--json')).out)).toMatchObject({ base: { is: 'plan', spec: 'acme-hub' } });
  await run('plan', '-f', 'prod.yaml', '--write-lock');
  const ofLock = await run('diff', '-f', 'prod.yaml');
  expect(ofLock.exit).toBe(0);
  expect(ofLock.out).toContain('the lock prod.lock.json');
  expect(ofLock.out).toContain(`terraform/lakegate.plan.json is the plan of another spec, ${whose}`);
  expect((await run('synth', '-f', 'prod.yaml', '--force')).exit).toBe(0);
  expect((await run('synth', '-f', 'prod.yaml')).exit).toBe(0);
});

test('after a merge: lock, plan and list say that they have conflict markers of git, and what to do', async () => {
  await run('synth');
  const conflict = (name: string): string => {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> other\n`);
    return text;
  };
  const lock = conflict('lakegate.lock.json');
  const broken = await run('plan');
  expect(broken.exit).toBe(1);
  expect(broken.err).toContain('LG_LOCK_BROKEN lakegate.lock.json has conflict markers of git');
  expect(broken.err).toContain('take the lock and the output folder of the branch that was merged first');
  writeFileSync(join(folder, 'lakegate.lock.json'), lock);
  conflict('terraform/lakegate.plan.json');
  const { err } = await run('diff');
  expect(err).toContain('LG_PLAN_FILE terraform/lakegate.plan.json has conflict markers of git');
  expect(err).toContain('lakegate synth --force');
  conflict('terraform/lakegate.files.json');
  for (const line of [['synth'], ['synth', '--check']]) {
    const refused = await run(...line);
    expect(refused.exit).toBe(1);
    expect(refused.err).toContain(
      'the list terraform/lakegate.files.json cannot be read: it has conflict markers of git',
    );
    expect(refused.err).not.toContain('was not written by lakegate');
    expect(refused.err).toContain('--force');
  }
  expect((await run('synth', '--force')).exit).toBe(0);
  expect((await run('synth', '--check')).exit).toBe(0);
});

test('a plan without cost and limits is compared, and says what it could not compare', async () => {
  const { infra, routes } = JSON.parse((await run('plan', '--json')).out);
  writeFileSync(join(folder, 'kept.json'), JSON.stringify({ infra, routes }));
  const { exit, out } = await run('diff', 'kept.json', '--detailed-exitcode');
  expect(exit).toBe(0);
  expect(out).toContain('cost and limits: the file has none');
});

test.each(['', 'lakegate.lock.json'])('the lock tells what it holds, and what it does not (%s)', async (base) => {
  await run('plan', '--write-lock');
  const argv = ['diff', ...(base === '' ? [] : [base]), '--detailed-exitcode'];
  const same = await run(...argv);
  expect(same.exit).toBe(0);
  expect(same.out).toContain('nothing has changed of what the lock lakegate.lock.json holds');
  edit('cidr: 10.40.0.0/22', 'cidr: 10.44.0.0/22');
  expect((await run(...argv)).out).toContain('hub, networks, routers');
  revoke();
  edit('crm-db, lake] }', 'crm-db] }');
  const { exit, out } = await run(...argv);
  expect(exit).toBe(2);
  expect(out).toContain(lost);
  expect(out).toContain('analytics no longer reaches lake');
});

test('a name that is not a file and no revision is refused; one like an option never reaches git', async () => {
  const nowhere = await run('diff', 'no-such-thing');
  expect(nowhere).toMatchObject({ exit: 1, err: expect.stringContaining('neither a file nor a revision') });
  const option = await run('diff', '--', '--output=stolen');
  expect(option).toMatchObject({ exit: 1, err: expect.stringContaining('not a name that a revision can have') });
  expect(existsSync(join(folder, 'stolen'))).toBe(false);
});

test.each([
  ['text', 'LG_PLAN_FILE kept.json is not JSON'],
  ['null', 'LG_PLAN_FILE kept.json: '],
  ['{ "services": {} }', 'LG_PLAN_FILE kept.json: '],
  ['{ "services": {}, "next": {} }', 'LG_LOCK_'],
])('a file with %s is read as a lock where its fields say so, else as a plan', async (text, said) => {
  writeFileSync(join(folder, 'kept.json'), text);
  expect(await run('diff', 'kept.json')).toMatchObject({ exit: 1, err: expect.stringContaining(said) });
});

test('a file that cannot be read is refused, and no crash', async () => {
  symlinkSync('circle', join(folder, 'circle'));
  expect(await run('diff', 'circle')).toMatchObject({ exit: 1, err: expect.stringContaining('LG_DIFF_BASE circle') });
  expect(await run('diff', '/dev/null')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('LG_FILE_UNREADABLE /dev/null'),
  });
});

test('a plan that was kept in the output folder is read though the plan next to it was edited', async () => {
  await run('synth');
  const plan = join(folder, 'terraform/lakegate.plan.json');
  cpSync(plan, join(folder, 'terraform/kept.json'));
  writeFileSync(plan, '{}');
  expect((await run('diff', 'terraform/kept.json', '--detailed-exitcode')).exit).toBe(0);
  expect((await run('diff')).err).toContain('LG_');
});

test('as JSON a spec without a plan gives its problems, and a folder without a plan no note beside the document', async () => {
  await run('plan', '--write-lock');
  const noted = await run('diff', '--json', '-o', 'elsewhere');
  expect(noted).toMatchObject({ exit: 0, err: '' });
  edit('to: [ledger, warehouse, legacy-mysql]', 'to: [ledger, warehouse, nobody]');
  const { exit, out } = await run('diff', '--json');
  expect([exit, JSON.parse(out)]).toEqual([
    1,
    expect.objectContaining({
      diagnostics: expect.arrayContaining([expect.objectContaining({ code: 'LG_REFERENCE_UNKNOWN' })]),
    }),
  ]);
});

test('warnings of the spec are shown beside the changes, and JSON has nothing but the document', async () => {
  await run('synth');
  edit('from: [finance]', 'from: [finance, finance]');
  expect((await run('diff')).err).toContain('LG_LISTED_TWICE');
  expect(await run('diff', '--json')).toMatchObject({ exit: 0, err: '', out: expect.stringMatching(/^\{/) });
});

test('an unknown format is refused', async () => {
  expect(await run('diff', '--format', 'html')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('LG_DIFF_FORMAT'),
  });
});

test.each([
  ['diff', '--format', 'markdown', '--json'],
  ['plan', '--json', '--short'],
])('two forms of output at once are refused: %s %s', async (...argv) => {
  await run('plan', '--write-lock');
  const { exit, out } = await run(...argv.filter((each) => each !== undefined));
  expect(exit).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ ok: false, diagnostics: [{ code: 'LG_USAGE' }] });
  expect(out).toContain('exclude each other');
});

test('a folder that was asked for and has no plan is named when the lock is compared', async () => {
  await run('plan', '--write-lock');
  const sentence = 'there is no infra/lakegate.plan.json; compared with the lock';
  expect((await run('diff', '-o', 'infra')).err).toContain(sentence);
  expect((await run('diff')).err).not.toContain('there is no');
  expect((await run('diff', 'lakegate.lock.json', '-o', 'infra')).err).not.toContain('there is no');
  await run('synth', '-o', 'infra');
  expect((await run('diff', '-o', 'infra')).err).not.toContain('there is no');
});

test('the lock is compared through new names, and a target that only looks renamed is lost', async () => {
  await run('plan', '--write-lock');
  edit('  cache: {', '  sessions: { renamed_from: cache,');
  edit('[vault, cache]', '[vault, sessions]');
  edit('  finance: {', '  money: {');
  edit('from: [finance]', 'from: [money]');
  const renamed = JSON.parse((await run('diff', '--json')).out);
  expect(renamed).toMatchObject({ base: { is: 'lock' }, access: { lost: [], gained: [] }, lines: [] });
  expect(renamed.renamed).toEqual([
    { what: 'target', from: 'cache', to: 'sessions' },
    { what: 'workspace', from: 'finance', to: 'money' },
  ]);
  edit('renamed_from: cache, ', '');
  const other = JSON.parse((await run('diff', '--json')).out);
  expect(other.access.lost).toContainEqual({ workspace: 'analytics', target: 'cache' });
  expect(other.access.gained).toContainEqual({ workspace: 'analytics', target: 'sessions' });
});

/** What a lock may hold that was not written by this program. */
const hostile = [
  '\u001b[31mred\u001b[0m',
  '\u009b31m',
  '| a | b |',
  '`code` **bold** _i_ ~~s~~',
  '<script>alert(1)</script><!-- -->',
  '</details>&lt;b&gt;',
  '[x](https://evil.test) ![y](//evil.test) www.evil.test @everyone #1',
  '\u202egnp.exe\u2069\u200b',
  '\u2028line',
];
/** Controls, and what turns or separates text. */
const isActing = (character: string): boolean =>
  /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u.test(character) && character !== '\n';

test.each(hostile)('a lock with the name %j shows it, and nothing acts on it, in each form', async (name) => {
  await run('plan', '--write-lock');
  const lock = JSON.parse(readFileSync(join(folder, 'lakegate.lock.json'), 'utf8'));
  for (const ncc of lock.nccs) for (const workspace of ncc.workspaces) Object.assign(workspace, { name, id: name });
  for (const { listeners } of lock.services)
    for (const { holds } of listeners) for (const each of holds) each.target = name;
  writeFileSync(join(folder, 'hostile.json'), JSON.stringify(lock));
  const [text, markdown, json] = [
    await run('diff', 'hostile.json'),
    await run('diff', 'hostile.json', '--format', 'markdown'),
    await run('diff', 'hostile.json', '--json'),
  ];
  for (const { exit, out, err } of [text, markdown, json]) {
    expect(exit).toBe(0);
    expect([...(out + err)].filter(isActing)).toEqual([]);
  }
  expect(JSON.parse(json.out).access.lost).toContainEqual({ workspace: name, target: name });
  const plain = markdown.out.replaceAll(/\\./g, '').replaceAll(/^- `[-+~>]` /gm, '');
  expect(plain.replaceAll(/<\/?(details|summary)>|<!-- lakegate diff acme-hub -->/g, '')).not.toMatch(
    /[<>`~[|]|@\w|:\/\/|www\.\w|&(?!amp;)/,
  );
  expect(plain.match(/<\/details>/g)?.length).toBe(plain.match(/<details>/g)?.length);
});

test('a base whose name holds escapes of a terminal is refused without them', async () => {
  const { exit, err } = await run('diff', '\u001b[31mnot-there');
  expect(exit).toBe(1);
  expect([...err].filter(isActing)).toEqual([]);
  expect(err).toContain('u{1b}[31mnot-there');
});

const withGit = testWith('git');

const git = (...args: readonly string[]): void => {
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@lakegate.test', '-C', folder, ...args]);
};

withGit('a revision is planned with its own spec and lock; the files of today stay as they are', async () => {
  git('init', '-q', '-b', 'main');
  await run('plan', '--write-lock');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  revoke();
  await run('plan', '--write-lock');
  rmSync(join(folder, 'terraform'), { recursive: true, force: true });
  const { exit, out } = await run('diff', 'main', '--format', 'markdown', '--detailed-exitcode');
  expect(exit).toBe(2);
  expect(out.split('\n')[0]).toBe(`**Access lost:** ${lost}`);
  expect(out.split('\n').at(-1)).toBe('<!-- lakegate diff acme-hub -->');
  git('add', '.');
  git('commit', '-q', '-m', 'second');
  expect(await run('diff', 'main', '--detailed-exitcode')).toMatchObject({ exit: 0 });
  expect((await run('diff', 'HEAD~1', '--detailed-exitcode')).exit).toBe(2);
});

withGit('a spec of a revision that gives no plan today is said to, with its first error', async () => {
  git('init', '-q', '-b', 'main');
  const spec = readFileSync(join(folder, 'lakegate.yaml'), 'utf8');
  writeFileSync(join(folder, 'lakegate.yaml'), spec.replace('targets:', 'targtes:'));
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  writeFileSync(join(folder, 'lakegate.yaml'), spec);
  const { exit, err } = await run('diff', 'main');
  expect(exit).toBe(1);
  expect(err).toMatch(/LG_DIFF_BASE lakegate\.yaml of main gives no plan with this version of lakegate: line \d+, LG_/);
});

withGit('a revision without the spec is said to have none', async () => {
  git('init', '-q', '-b', 'main');
  git('commit', '-q', '--allow-empty', '-m', 'first');
  const { exit, err } = await run('diff', 'main');
  expect(exit).toBe(1);
  expect(err).toContain('LG_DIFF_BASE main has no lakegate.yaml');
  expect(err).toContain('the spec is new since then');
});

withGit('a revision that asks for what is not built is compared all the same, and its errors are counted', async () => {
  git('init', '-q', '-b', 'main');
  const spec = readFileSync(join(folder, 'lakegate.yaml'), 'utf8');
  writeFileSync(join(folder, 'lakegate.yaml'), spec.replace('engine: node', 'engine: haproxy'));
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  writeFileSync(join(folder, 'lakegate.yaml'), spec.replaceAll('network: onprem', 'network: nowhere'));
  git('commit', '-q', '-a', '-m', 'second');
  writeFileSync(join(folder, 'lakegate.yaml'), spec);
  expect((await run('diff', 'main~1')).out).toContain('engine changes from haproxy to node');
  expect((await run('diff', 'main')).err).toMatch(/line \d+, LG_\w+, .* \(and 3 more\)/);
});

test('without git a name that is no file is refused with that reason', async () => {
  vi.stubEnv('PATH', folder);
  const { exit, err } = await run('diff', 'main');
  vi.unstubAllEnvs();
  expect(exit).toBe(1);
  expect(err).toContain('main is not a file, and there is no git on PATH to look for a revision');
});

test('a limit that has another value is told once, with what it counts over; JSON has each', async () => {
  await run('synth');
  const path = join(folder, 'lakegate.yaml');
  writeFileSync(path, `${readFileSync(path, 'utf8')}\nlimits: { listeners_per_nlb: 40 }\n`);
  const { out } = await run('diff');
  expect(out.match(/listeners_per_nlb/g)).toHaveLength(1);
  expect(out).toMatch(/~ listeners_per_nlb: 50 → 40, for load balancer \S+, load balancer\s+\S+, load balancer/);
  expect(out).toContain(': 1 limit with another value');
  expect(JSON.parse((await run('diff', '--json')).out).limits).toHaveLength(3);
});

test('a rule that goes is told once; the names that go with it follow from it', async () => {
  await run('synth');
  edit('  - { from: [finance], to: [ledger, warehouse, legacy-mysql] }\n', '');
  const { lines } = JSON.parse((await run('diff', '--json')).out) as {
    readonly lines: readonly { readonly text: string; readonly isDetail: boolean }[];
  };
  const ofRule = lines.filter(({ text }) => text.startsWith('rule r-5'));
  expect(ofRule.filter(({ isDetail }) => !isDetail).map(({ text }) => text)).toEqual([
    'rule r-5 of NCC n-2 is removed, to endpoint service s-3',
  ]);
  expect(ofRule).toHaveLength(4);
});

test('where only a limit has changed, the comment shows it unfolded', async () => {
  await run('synth');
  const path = join(folder, 'lakegate.yaml');
  writeFileSync(path, `${readFileSync(path, 'utf8')}\nlimits: { endpoints_per_region: 29 }\n`);
  const { out } = await run('diff', '--format', 'markdown');
  expect(out).toContain('**Limits**\n\n- `~` endpoints\\_per\\_region, region: 5 of 30 → 5 of 29');
  expect(out).not.toContain('<details>');
});
