import { expect, test } from 'vitest';
import { smallSpec } from '../../test/small-spec.ts';
import { readSpec } from './index.ts';

/** Each place as `line:column path, message | hint`. */
function notBuilt(parts: Readonly<Record<string, string>>): readonly string[] {
  const { spec, notBuilt: found } = readSpec(smallSpec(parts), 'lakegate.yaml');
  expect(spec).toBeDefined(); // the reader keeps it; who reads the file decides
  expect(found.every(({ code, severity }) => code === 'LG_NOT_BUILT_YET' && severity === 'error')).toBe(true);
  return found.map(
    ({ line, column, path, message, hint }) => `${line}:${column} ${path.join('.')}, ${message} | ${hint}`,
  );
}

const https = '{ type: https, host: api.acme.com, network: core';

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['a spec of what is built', {}, []],
  ['passthrough by its name', { targets: `{ api: ${https}, tls: passthrough } }` }, []],
  ['inspection, and the section about it', { targets: `{ api: ${https}, tls: inspect } }`, inspection: '{}' }, []],
  [
    'paths of plain HTTP',
    { targets: '{ api: { type: http, host: a.acme.com, network: core, paths: { deny: [/x] } } }' },
    [],
  ],
  ['engine: node', { hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { engine: node } }' }, []],
  [
    'engine: haproxy',
    { hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { engine: haproxy } }' },
    [
      '6:67 hub.router.engine, the hub asks for the HAProxy engine, which is not built yet | write engine: node, or remove the field',
    ],
  ],
  [
    'a workspace to be created, and an existing one',
    {
      workspaces:
        '{ one: { id: "1" }, two: { create: { network: { cidr: 10.60.0.0/20 }, storage: { root: acme-root } } } }',
    },
    [
      '5:40 workspaces.two.create, the workspace two asks for its creation, which is not built yet | create the workspace in another way, and write its id instead of create',
    ],
  ],
])('%s', (_, parts, want) => {
  expect(notBuilt(parts)).toEqual(want);
});

test('what is not built is found beside other problems, in one run', () => {
  const {
    spec,
    diagnostics,
    notBuilt: found,
  } = readSpec(
    smallSpec({ name: 'Acme', hub: '{ vpc: { create: { cidr: 10.40.0.0/22 } }, router: { engine: haproxy } }' }),
    'lakegate.yaml',
  );
  expect(spec).toBeUndefined();
  expect(diagnostics.map(({ code }) => code)).toEqual(['LG_NAME_FORM']);
  expect(found.map(({ code }) => code)).toEqual(['LG_NOT_BUILT_YET']);
});
