import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootScript } from '../../src/emit/terraform/files/boot-script.ts';
import { containerFiles } from '../../src/emit/terraform/files/container.ts';
import { followScript } from '../../src/emit/terraform/files/follow-script.ts';
import { issuerScript } from '../../src/emit/terraform/files/issuer-script.ts';
import { logScript } from '../../src/emit/terraform/files/log-script.ts';
import { testWith } from '../tools.ts';
import { temporaryFolder } from './cases.ts';

const withBash = testWith('bash');

/** A machine as far as a script sees it: programs of ours stand for aws and journalctl. */
function machine(programs: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  for (const name of ['bin', 'state', 'etc']) mkdirSync(join(folder, name));
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/bash\n${body}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  const run = (script: readonly string[], ...args: readonly string[]) => {
    writeFileSync(join(folder, 'script'), `${script.join('\n')}\n`);
    return spawnSync('bash', [join(folder, 'script'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
        STATE: join(folder, 'state'),
        NODE: process.execPath,
        BUCKET: 'bucket',
        LOG_GROUP: 'group',
        STREAM: 'stream',
        FOLDER: folder,
      },
    });
  };
  return { folder, run, text: (path: string) => readFileSync(join(folder, path), 'utf8') };
}

/** S3 with one object, in the file `object`; its version in `etag`. Nothing there: 404. Unchanged: 304. */
const s3 = `
while [ $# -gt 0 ]; do case $1 in --if-none-match) known=$2; shift;; --key) key=$2; shift;; esac; file=$1; shift; done
[ -f "$FOLDER/object" ] || exit 254
etag=$(cat "$FOLDER/etag")
[ "$known" != "$etag" ] || exit 254
cat "$FOLDER/object" > "$file"
echo "$etag"`;

withBash('a changed object takes the place of the file, an unchanged or missing one leaves it', () => {
  const { folder, run, text } = machine({ aws: s3 });
  const file = join(folder, 'etc', 'routes.json');
  expect(run(followScript, 'routes.json', file)).toMatchObject({ status: 0, stdout: '' });
  expect(existsSync(file)).toBe(false);

  writeFileSync(join(folder, 'object'), '{"version":1}');
  writeFileSync(join(folder, 'etag'), '"one"\n');
  expect(run(followScript, 'routes.json', file).stdout).toContain('is now version "one"');
  expect(text('etc/routes.json')).toBe('{"version":1}');

  writeFileSync(file, 'kept'); // to see that nothing is written
  expect(run(followScript, 'routes.json', file)).toMatchObject({ status: 0, stdout: '' });
  expect(text('etc/routes.json')).toBe('kept');
  expect(readdirSync(join(folder, 'etc'))).toEqual(['routes.json']);
});

withBash('an object that is cut short never takes the place of a good file', () => {
  const { folder, run, text } = machine({ aws: s3 });
  const file = join(folder, 'etc', 'routes.json');
  writeFileSync(file, '{"good":true}');
  writeFileSync(join(folder, 'object'), '{"version":');
  writeFileSync(join(folder, 'etag'), '"two"\n');
  const { status, stderr } = run(followScript, 'routes.json', file);
  expect([status, stderr]).toEqual([1, `routes.json is not JSON; ${file} is left unchanged\n`]);
  expect(text('etc/routes.json')).toBe('{"good":true}');
  expect(readdirSync(join(folder, 'state'))).toEqual([]);
});

/** A journal of numbered lines in the file `journal`, read from a cursor on. */
const journal = `
after=0
for word in "$@"; do case $word in --after-cursor=*) after=\${word#--after-cursor=};; esac; done
tail -n "+$((after + 1))" "$FOLDER/journal"`;

/** CloudWatch Logs: keeps each batch, and refuses while the file \`refuse\` is there. */
const logs = `
[ "$2" = put-log-events ] || exit 0
[ ! -f "$FOLDER/refuse" ] || exit 254
for word in "$@"; do case $word in file://*) cat "\${word#file://}" >> "$FOLDER/sent"; echo >> "$FOLDER/sent";; esac; done`;

const entry = (n: number, message: string): string =>
  JSON.stringify({ __CURSOR: String(n), __REALTIME_TIMESTAMP: String(n * 1_000_000), MESSAGE: message });

withBash('log lines are sent once, in order, and again when they were not taken', () => {
  const { folder, run, text } = machine({ aws: logs, journalctl: journal });
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from + 1 }, (_, i) => `${entry(from + i, `line ${from + i}`)}\n`).join('');
  writeFileSync(join(folder, 'journal'), lines(1, 2));
  writeFileSync(join(folder, 'refuse'), '');
  expect(run(logScript).status).not.toBe(0);
  execFileSync('rm', [join(folder, 'refuse')]);
  expect(run(logScript).status).toBe(0);
  writeFileSync(join(folder, 'journal'), lines(1, 3));
  expect(run(logScript).status).toBe(0);
  expect(run(logScript).status).toBe(0); // nothing new: nothing sent
  expect(
    text('sent')
      .trim()
      .split('\n')
      .map((batch) => JSON.parse(batch)),
  ).toEqual([
    [
      { timestamp: 1000, message: 'line 1' },
      { timestamp: 2000, message: 'line 2' },
    ],
    [{ timestamp: 3000, message: 'line 3' }],
  ]);
});

/** A secret: the file `secret`, or a refusal where there is none. */
const secretManager = `[ "$*" = "secretsmanager get-secret-value --secret-id lakegate/acme/issuer --query SecretString --output text" ] || exit 9
[ -e "$FOLDER/secret" ] || { echo "AccessDeniedException" >&2; exit 254; }
cat "$FOLDER/secret"
`;

withBash(
  'the intermediate is put in place when it has changed, for its owner alone, and stays where AWS refuses',
  () => {
    const { folder, run, text } = machine({ aws: secretManager });
    const file = join(folder, 'issuer.json');
    const follow = () => run(issuerScript, 'lakegate/acme/issuer', file);
    expect(follow().status).not.toBe(0);
    expect(existsSync(file)).toBe(false);
    writeFileSync(join(folder, 'secret'), '{"version":1}\n');
    expect([follow().status, text('issuer.json')]).toEqual([0, '{"version":1}\n']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { ino } = statSync(file);
    expect([follow().stdout, statSync(file).ino]).toEqual(['', ino]);
    writeFileSync(join(folder, 'secret'), '{"version":2}\n');
    expect(follow().stdout).toContain('is new');
    rmSync(join(folder, 'secret'));
    const refused = follow();
    expect([refused.status === 0, refused.stderr.includes('AccessDenied')]).toEqual([false, true]);
    expect(text('issuer.json')).toBe('{"version":2}\n');
    expect(readdirSync(folder).filter((name) => name.startsWith('.new'))).toEqual([]);
  },
);

withBash('a batch stays within what the API takes, and the rest goes with the next', () => {
  const { folder, run, text } = machine({ aws: logs, journalctl: journal });
  const message = 'x'.repeat(10_000);
  writeFileSync(join(folder, 'journal'), Array.from({ length: 150 }, (_, i) => `${entry(i + 1, message)}\n`).join(''));
  for (let i = 0; i < 3; i += 1) expect(run(logScript).status).toBe(0);
  const batches: { message: string }[][] = text('sent')
    .trim()
    .split('\n')
    .map((batch) => JSON.parse(batch));
  expect(batches.flat()).toHaveLength(150);
  for (const batch of batches)
    expect(batch.reduce((sum, each) => sum + each.message.length + 26, 0)).toBeLessThan(1_048_576);
});

withBash.each([false, true])(
  'the boot script is sound bash once its values are filled in (inspects: %s)',
  (isInspecting) => {
    const filled = bootScript('marker', isInspecting)
      .replace(/(?<!\$)\$\{([a-z0-9_]+)\}/g, 'value')
      .replace(/([$%])\1\{/g, '$1{');
    const { status, stderr } = spawnSync('bash', ['-n'], { input: filled, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(filled).toContain(followScript.join('\n'));
    expect(filled).toContain(logScript.join('\n'));
    expect(filled.includes(issuerScript.join('\n'))).toBe(isInspecting);
    expect(filled.includes('--issuer /run/lakegate/issuer.json')).toBe(isInspecting);
  },
);

withBash.each([false, true])('what starts the container is sound bash (inspects: %s)', (isInspecting) => {
  const files = containerFiles('marker', isInspecting).filter(({ path }) => !path.endsWith('Dockerfile'));
  const issuer = isInspecting ? ['files/lakegate-issuer'] : [];
  expect(files.map(({ path }) => path)).toEqual(['files/lakegate-follow', 'files/start', ...issuer]);
  for (const { text } of files) {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }
});

test('the boot script fits the 16 KB that EC2 takes', () => {
  expect(Buffer.byteLength(bootScript('marker', true))).toBeLessThan(14_000);
});
