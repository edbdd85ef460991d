import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startNode } from '../../test/conformance/engines.ts';
import { setupOf } from '../../test/conformance/setup.ts';
import { readRoutePlan } from './files.ts';
import { notBuiltInSteps } from './not-built.ts';
import { inTurns } from './turns.ts';

// An engine that does less than the format can ask for.
vi.mock(import('../ir/capabilities.ts'), async (original) => {
  const real = await original();
  return { ...real, missingFor: (route) => real.needsOf(route).filter((each) => each === 'tls-inspection') };
});

const made = setupOf([
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

const { plan } = made;

const problem = {
  code: 'LG_NOT_BUILT_YET',
  severity: 'error',
  message: 'route b.test-1 asks for TLS inspection, which is not built yet',
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lakegate-not-built-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function reading(content: unknown) {
  const path = join(folder, 'routes.json');
  await writeFile(path, JSON.stringify(content));
  return readRoutePlan(path);
}

test('each route that asks for more than the engine does is named', async () => {
  expect(await inTurns(notBuiltInSteps(plan))).toMatchObject([problem]);
});

test.each([
  ['a route plan', plan],
  ['the document of plan --json', { infra: {}, routes: plan }],
])('%s with such a route is refused as a file', async (_, content) => {
  expect(await reading(content)).toMatchObject({ is: 'bad', diagnostics: [problem] });
});

test('a router does not start with such a plan, and a reload with it changes nothing', async () => {
  await expect(startNode(made)).rejects.toThrow(problem.message);
  const router = await startNode({ ...made, plan: passthrough });
  expect(await router.reload(plan)).toMatchObject({ is: 'refused', diagnostics: [problem] });
  expect(router.stats().reloads).toEqual({ done: 1, refused: 1 });
  expect(router.plan.listeners.map(({ key }) => key)).toEqual(['l']);
  await router.close();
});

const { plan: passthrough } = setupOf([{ key: 'l', speaks: ['tls'], routes: [{ name: 'a.test', to: 1 }] }]);

test.each(['haproxy', 'constructor', 7, null])('a plan for the engine %j is refused', async (engine) => {
  expect(await reading({ infra: { router: { engine } }, routes: passthrough })).toMatchObject({
    is: 'bad',
    diagnostics: [{ code: 'LG_NOT_BUILT_YET', path: ['infra', 'router', 'engine'] }],
  });
});

test.each([{ router: { engine: 'node' } }, {}, null])('a plan with infra %j is read', async (infra) => {
  expect(await reading({ infra, routes: passthrough })).toMatchObject({ is: 'good' });
});

test('a pipe and a device are refused instead of being waited for', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [pipe, '/dev/zero', folder])
    expect(await readRoutePlan(path)).toMatchObject({
      is: 'bad',
      diagnostics: [{ code: 'LG_FILE_UNREADABLE', message: `${path} is not a regular file` }],
    });
});
