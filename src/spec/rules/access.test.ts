import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../../test/small-spec.ts';

test.each<[string, Parameters<typeof smallSpec>[0], readonly string[]]>([
  [
    'no access',
    { access: undefined },
    [
      'lakegate: 1→ LG_ACCESS_EMPTY the spec has no access, so no target can be reached | write access: [{ from: [workspace], to: [target] }]',
    ],
  ],
  [
    'an empty list',
    { access: '[]' },
    [
      'access: []→ LG_ACCESS_EMPTY access is empty, so no target can be reached | write access: [{ from: [workspace], to: [target] }]',
    ],
  ],
  [
    'nobody',
    { access: '[{ from: [], to: [db] }]' },
    [
      'from: [], to→ LG_ACCESS_EMPTY from is empty, so the entry grants nothing | list workspaces, or write from: ["*"] for all of them',
    ],
  ],
  [
    'nothing',
    { access: '[{ from: [one], to: [] }]' },
    [
      'to: [] }]→ LG_ACCESS_EMPTY to is empty, so the entry grants nothing | list targets, or write to: ["*"] for all of them',
    ],
  ],
  [
    'an unknown workspace',
    { access: '[{ from: [on], to: [db] }]' },
    ['on], to: [db→ LG_REFERENCE_UNKNOWN there is no workspace "on" | did you mean one?'],
  ],
  [
    'an unknown target',
    { access: '[{ from: [one], to: [db, dbb, billing] }]' },
    [
      'dbb, billing→ LG_REFERENCE_UNKNOWN there is no target "dbb" | did you mean db?',
      'billing] }]→ LG_REFERENCE_UNKNOWN there is no target "billing" | targets: db',
    ],
  ],
  [
    'a target among the workspaces',
    { access: '[{ from: [db], to: [db] }]' },
    ['db], to: [db→ LG_REFERENCE_UNKNOWN there is no workspace "db" | db is one of the targets; list workspaces here'],
  ],
  [
    'a workspace listed twice',
    { access: '[{ from: [one, one], to: [db] }]' },
    ['one], to: [d→ warning LG_LISTED_TWICE the workspace "one" is listed twice | remove one of them'],
  ],
  ['everyone may reach everything: nothing', { access: '[{ from: ["*"], to: ["*"] }]' }, []],
  ['merges of two: nothing', { share_ncc: '[[one, two]]' }, []],
  [
    'a target that nobody may reach',
    {
      targets:
        '{ db: { type: postgres, host: db.acme.com, network: core }, x: { type: https, host: x.acme.com, network: core } }',
      access: '[{ from: [one], to: [db] }]',
    },
    [
      'x: { type: h→ warning LG_TARGET_WITHOUT_ACCESS no workspace may reach the target x | add it to an entry under access, or remove it',
    ],
  ],
  [
    'a word instead of a list',
    { access: '[{ from: one, to: [db] }]' },
    ['one, to: [db→ LG_FIELD_TYPE access[0].from is the text "one"; it must be a list | write a list: from: ["one"]'],
  ],
  [
    'a map instead of a list',
    { access: '{ from: [one], to: [db] }' },
    ['access: { fr→ LG_FIELD_TYPE access is a map; it must be a list'],
  ],
  [
    'merges with a workspace that is not there',
    { share_ncc: '[[one, tow]]' },
    ['tow]]→ LG_REFERENCE_UNKNOWN there is no workspace "tow" | did you mean two?'],
  ],
  [
    'merges of one',
    { share_ncc: '[[one]]' },
    ['[one]]→ LG_FIELD_VALUE share_ncc[0] has 1 entry; it must have at least 2'],
  ],
  [
    'a workspace in two merges',
    { workspaces: '{ one: { id: "1" }, two: { id: "2" }, six: { id: "6" } }', share_ncc: '[[one, two], [two, six]]' },
    [
      'two, six]]→ LG_SHARE_NCC_TWICE the workspace "two" is in two entries of share_ncc | a workspace has one NCC, so merge the entries',
    ],
  ],
  [
    'rights on a target that is not there',
    {
      credentials:
        '{ c: { type: service-credential, external_id: abc, kafka: { target: dbs, topics: [a], actions: [read] } } }',
    },
    ['dbs, topics:→ LG_REFERENCE_UNKNOWN there is no target "dbs" | did you mean db?'],
  ],
])('access: %s', (_, parts, want) => {
  expect(problemsOf(smallSpec(parts))).toEqual(want);
});
