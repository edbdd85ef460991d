import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setupOf } from '../../test/conformance/setup.ts';
import { readRoutePlan } from './files.ts';
import { notBuiltInSteps } from './not-built.ts';
import { inTurns } from './turns.ts';

const { plan } = setupOf([
  {
    key: 'l',
    speaks: ['tls'],
    routes: [
      { name: 'a.test', to: 1 },
      { name: 'b.test', to: 1, action: { tls: 'inspect' } },
    ],
  },
  { key: 'm', speaks: ['http'], routes: [{ name: 'c.test', to: 1, action: { paths: { allow: ['/v1'], deny: [] } } }] },
]);

const problem = {
  code: 'LG_NOT_BUILT_YET',
  severity: 'error',
  message: 'route b.test-1 asks for TLS inspection, which is not built yet',
};

test('each route that asks for more than the engine does is named', async () => {
  expect(await inTurns(notBuiltInSteps(plan))).toMatchObject([problem]);
});

test.each([
  ['a route plan', plan],
  ['the document of plan --json', { infra: {}, routes: plan }],
])('%s with such a route is refused as a file', async (_, content) => {
  const folder = await mkdtemp(join(tmpdir(), 'lakegate-not-built-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'routes.json'), JSON.stringify(content));
  expect(await readRoutePlan(join(folder, 'routes.json'))).toMatchObject({ is: 'bad', diagnostics: [problem] });
});
