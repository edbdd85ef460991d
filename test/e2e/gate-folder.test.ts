import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type FileSystem, thisProcess } from '../../src/app/files/index.ts';
import { beforeEachStep, temporaryFolder } from '../support/file-systems.ts';
import { lakegate, lakegateIn } from './cli.ts';

/** What synth refuses of the output folder and of the place of the lock, check has said, and with the same exit code. */

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  cpSync('examples/hub-router.yaml', join(folder, 'lakegate.yaml'));
});

const run = (...argv: readonly string[]) => lakegate(folder, ...argv);
const at = (...path: readonly string[]) => join(folder, ...path);

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly file?: string;
  readonly message: string;
}

async function errorsOf(...argv: readonly string[]) {
  const { exit, out } = await run(...argv, '--json');
  const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly Found[] };
  return { exit, errors: diagnostics.filter(({ severity }) => severity === 'error') };
}

const append = (...path: readonly string[]): void =>
  writeFileSync(at(...path), `${readFileSync(at(...path), 'utf8')}# mine\n`);

const other = (): void => {
  const spec = readFileSync(at('lakegate.yaml'), 'utf8');
  writeFileSync(at('lakegate.yaml'), spec.replace('name: acme-hub', 'name: acme-prod'));
  rmSync(at('lakegate.lock.json'));
};

const addTarget = (): void => {
  const spec = readFileSync(at('lakegate.yaml'), 'utf8');
  const more = '\ntargets:\n  added: { type: postgres, host: added.acme.com, network: orders }\n';
  const grant = '\naccess:\n  - { from: [finance], to: [added] }';
  writeFileSync(at('lakegate.yaml'), spec.replace('\ntargets:\n', more).replace('\naccess:', grant));
};

const heldBy = (place: string): void => {
  mkdirSync(at(place));
  writeFileSync(at(place, `owner.${thisProcess.id}.other.elsewhere`), '');
};

/** What is done to a folder that synth wrote, and what check then says at which file. */
const obstacles: readonly (readonly [what: string, does: () => void, code: string, file: string])[] = [
  ['a hand edit', () => append('terraform', 'router.tf'), 'LG_SYNTH_EDITED', 'terraform/router.tf'],
  [
    'a broken plan',
    () => writeFileSync(at('terraform/lakegate.plan.json'), '{'),
    'LG_SYNTH_EDITED',
    'terraform/lakegate.plan.json',
  ],
  [
    'a list that is none, next to another plan',
    () => {
      writeFileSync(at('terraform/lakegate.files.json'), '<<<<<<< HEAD\n');
      append('terraform', 'lakegate.plan.json');
    },
    'LG_SYNTH_NOT_OURS',
    'terraform/lakegate.files.json',
  ],
  [
    'a file of somebody else',
    () => {
      rmSync(at('terraform'), { recursive: true });
      mkdirSync(at('terraform'));
      writeFileSync(at('terraform/router.tf'), 'mine');
    },
    'LG_SYNTH_NOT_OURS',
    'terraform/router.tf',
  ],
  [
    'a link',
    () => {
      renameSync(at('terraform/router.tf'), at('router.tf'));
      symlinkSync(at('router.tf'), at('terraform/router.tf'));
    },
    'LG_SYNTH_NOT_OURS',
    'terraform/router.tf',
  ],
  ['another spec', other, 'LG_SYNTH_OTHER_SPEC', 'terraform'],
  [
    'another spec, by the list alone',
    () => {
      other();
      rmSync(at('terraform/lakegate.plan.json'));
    },
    'LG_SYNTH_OTHER_SPEC',
    'terraform',
  ],
  [
    'another spec, by the plan alone',
    () => {
      other();
      rmSync(at('terraform/lakegate.files.json'));
    },
    'LG_SYNTH_OTHER_SPEC',
    'terraform',
  ],
  [
    'a file in its place',
    () => {
      rmSync(at('terraform'), { recursive: true });
      writeFileSync(at('terraform'), '');
    },
    'LG_FILE_UNWRITABLE',
    'terraform',
  ],
  [
    'another run in the folder',
    () => {
      rmSync(at('terraform/router.tf'));
      heldBy('terraform/.lakegate-writing');
    },
    'LG_WRITE_HELD',
    'terraform',
  ],
  [
    'another run at the lock',
    () => {
      rmSync(at('lakegate.lock.json'));
      heldBy('.lakegate.lock.json.writing');
    },
    'LG_WRITE_HELD',
    'lakegate.lock.json',
  ],
  [
    'a lock behind a link, which the spec has outgrown',
    () => {
      renameSync(at('lakegate.lock.json'), at('kept.json'));
      symlinkSync(at('kept.json'), at('lakegate.lock.json'));
      addTarget();
    },
    'LG_FILE_UNWRITABLE',
    'lakegate.lock.json',
  ],
];

test.each(obstacles)('%s: synth refuses it, and check has said so', async (_, does, code, file) => {
  await run('synth');
  expect(await errorsOf('check')).toEqual({ exit: 0, errors: [] });
  does();
  const check = await errorsOf('check');
  const synth = await errorsOf('synth');
  expect(synth).toMatchObject({ exit: 1, errors: [{ code }] });
  expect(check.exit).toBe(1);
  expect(check.errors).toEqual([expect.objectContaining({ code, file })]);
  expect(synth.errors[0]?.message.replace(/; nothing was written$/, '')).toBe(check.errors[0]?.message);
  const { err } = await run('check');
  expect(err).toContain(`${file}  error ${code} `);
  expect(await run('check', '--syntax')).toMatchObject({ exit: 0 });
  expect(
    (await errorsOf('check', '-o', 'elsewhere')).errors.filter((each) => each.file !== 'lakegate.lock.json'),
  ).toEqual([]);
});

test('a folder in the other format is checked in its format', async () => {
  await run('synth', '--format', 'json');
  expect(await errorsOf('check')).toEqual({ exit: 0, errors: [] });
  append('terraform', 'router.tf.json');
  expect((await errorsOf('check')).errors).toMatchObject([
    { code: 'LG_SYNTH_EDITED', file: 'terraform/router.tf.json' },
  ]);
});

const isOneOf = (one: string, ...of: readonly string[]): boolean => of.includes(one);

/** A file system that refuses every change below a folder of the working directory, as the rights of a folder do. */
const withoutRights = (below: string, code = 'EACCES'): FileSystem => {
  const refuse = (path: string): void => {
    if (`${path}/`.startsWith(`${at(below)}/`)) throw Object.assign(new Error(code), { code });
  };
  const files = beforeEachStep((method, path) => {
    if (isOneOf(method, 'mayWriteIn', 'makeFolder', 'createFile', 'removeFile')) refuse(path);
  });
  return {
    ...files,
    async rename(from, to) {
      refuse(to);
      await files.rename(from, to);
    },
  };
};

const errorsWith = async (files: FileSystem, command: string) => {
  const { exit, out } = await lakegateIn({ cwd: folder, files }, command, '--json');
  const { diagnostics } = JSON.parse(out) as { readonly diagnostics: readonly Found[] };
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return { exit, errors: errors.map(({ code, file, message }) => ({ code, message, ...(file && { file }) })) };
};

test.each([
  ['the output folder', 'terraform', 'EACCES'],
  ['a file system that is only read', 'terraform', 'EROFS'],
  ['a folder in the output folder', 'terraform/files', 'EACCES'],
])(
  '%s may be read and not written: check says so before synth, and only where there is something to write',
  async (_, below, code) => {
    await run('synth');
    const files = withoutRights(below, code);
    expect(await errorsWith(files, 'check')).toEqual({ exit: 0, errors: [] });
    rmSync(at('terraform/files/user-data.sh.tftpl'));
    const message = `terraform cannot be written (${code})`;
    expect(await errorsWith(files, 'check')).toEqual({
      exit: 1,
      errors: [{ code: 'LG_FILE_UNWRITABLE', file: 'terraform', message }],
    });
    expect(await errorsWith(files, 'synth')).toEqual({ exit: 1, errors: [{ code: 'LG_FILE_UNWRITABLE', message }] });
  },
);

test('a lock in a folder that may not be written is said where there is an output folder; a spec alone may be read-only', async () => {
  await run('synth');
  addTarget();
  const refused = await errorsWith(withoutRights('.'), 'check');
  expect(refused.errors).toContainEqual({
    code: 'LG_FILE_UNWRITABLE',
    file: 'lakegate.lock.json',
    message: 'lakegate.lock.json cannot be written (EACCES)',
  });
  rmSync(at('terraform'), { recursive: true });
  expect(await errorsWith(withoutRights('.'), 'check')).toEqual({ exit: 0, errors: [] });
});

test('what Terraform cannot express comes alone: nobody would get to what is in the way', async () => {
  await run('synth');
  append('terraform', 'router.tf');
  const spec = readFileSync(at('lakegate.yaml'), 'utf8');
  writeFileSync(at('lakegate.yaml'), spec.replace('      transit_gateway: tgw-0a1b2c3d4e5f60718,\n', ''));
  expect((await errorsOf('check')).errors).toMatchObject([{ code: 'LG_SYNTH_NO_TRANSIT_GATEWAY' }]);
});

test('a file that is not needed any more, in a folder that may not be written, stops check as it stops synth', async () => {
  await run('synth');
  const list = JSON.parse(readFileSync(at('terraform/lakegate.files.json'), 'utf8')) as { files: string[] };
  mkdirSync(at('terraform/old'));
  cpSync(at('terraform/router.tf'), at('terraform/old/router.tf'));
  writeFileSync(
    at('terraform/lakegate.files.json'),
    JSON.stringify({ ...list, files: [...list.files, 'old/router.tf'] }),
  );
  const files = withoutRights('terraform/old');
  for (const command of ['check', 'synth'])
    expect(await errorsWith(files, command)).toMatchObject({ exit: 1, errors: [{ code: 'LG_FILE_UNWRITABLE' }] });
  expect((await run('check')).exit).toBe(0);
});

test('where only the list is another, the folder must still be one that may be written', async () => {
  await run('synth');
  writeFileSync(at('terraform/lakegate.files.json'), `${readFileSync(at('terraform/lakegate.files.json'), 'utf8')}\n`);
  for (const command of ['check', 'synth'])
    expect(await errorsWith(withoutRights('terraform'), command)).toMatchObject({
      exit: 1,
      errors: [{ code: 'LG_FILE_UNWRITABLE' }],
    });
});

test('a folder in the output folder that is gone is made again, where the one above it may be written', async () => {
  await run('synth');
  rmSync(at('terraform/spokes'), { recursive: true });
  expect(await errorsOf('check')).toEqual({ exit: 0, errors: [] });
});

test("in a folder that was written as JSON, a file that only the other format has is nobody else's business", async () => {
  await run('synth', '--format', 'json');
  writeFileSync(at('terraform/router.tf'), 'mine');
  expect(await errorsOf('check')).toEqual({ exit: 0, errors: [] });
  expect((await errorsOf('synth', '--format', 'json')).exit).toBe(0);
});

test('a folder that may not be read is said, where this user is held to it', async ({ skip }) => {
  if (process.getuid?.() === 0) skip();
  await run('synth');
  chmodSync(at('terraform'), 0);
  try {
    expect((await errorsOf('check')).errors).toMatchObject([{ code: 'LG_FILE_UNWRITABLE', file: 'terraform' }]);
  } finally {
    chmodSync(at('terraform'), 0o755);
  }
});

test('a plan that was edited is not believed: diff refuses it, plan says so, and as a file of another name it is read', async () => {
  await run('synth');
  const path = at('terraform/lakegate.plan.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replaceAll('legacy-mysql', 'legacy-mysqx'));
  for (const base of [[], ['terraform/lakegate.plan.json']]) {
    const { exit, out, err } = await run('diff', ...base);
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain('LG_DIFF_BASE terraform/lakegate.plan.json is not as synth wrote it');
    expect(err).toContain('lakegate synth --force');
  }
  expect((await run('plan', '--short')).err).toContain('terraform/lakegate.plan.json is not as synth wrote it');
  cpSync(path, at('kept.json'));
  expect((await run('diff', 'kept.json')).exit).toBe(0);
  writeFileSync(path, text.replaceAll('\n', '\r\n'));
  expect((await run('diff', '--detailed-exitcode')).exit).toBe(0); // git may change the ends of lines
});

test('plan does not send anyone into the folder of another spec', async () => {
  await run('synth');
  expect((await run('plan')).err).not.toContain('Next:');
  other();
  const { err } = await run('plan', '--short');
  expect(err).toContain(
    'Next: lakegate synth -o acme-prod-terraform, or another folder: terraform belongs to another spec, “acme-hub”',
  );
  const line = /lakegate (synth -o \S+),/.exec(err)?.[1] ?? '';
  expect((await run(...line.split(' '))).exit).toBe(0);
});
