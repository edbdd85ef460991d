import { expect, test } from 'vitest';
import { problemsOf, smallSpec } from '../../test/small-spec.ts';

/** Ten lines that stand for ten billion values. */
const bomb = smallSpec({
  x0: '&x0 [a, a, a, a, a, a, a, a, a, a]',
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`x${i + 1}`, `&x${i + 1} [${Array(10).fill(`*x${i}`).join(', ')}]`]),
  ),
});

test.each<[string, string | Uint8Array, readonly string[]]>([
  ['an empty file', '', ['→ LG_SPEC_EMPTY the file is empty | run lakegate init to create a commented file']],
  [
    'comments only',
    '# nothing\n',
    ['# nothing→ LG_SPEC_EMPTY the file is empty | run lakegate init to create a commented file'],
  ],
  [
    'a list',
    '- a\n- b\n',
    [
      '- a→ LG_FIELD_TYPE the file is a list; a spec is a map of fields | start the file with lakegate: 1, or run lakegate init to create one',
    ],
  ],
  [
    'one word',
    'hello',
    [
      'hello→ LG_FIELD_TYPE the file is a single value; a spec is a map of fields | start the file with lakegate: 1, or run lakegate init to create one',
    ],
  ],
  [
    'two documents',
    `${smallSpec()}---\nlakegate: 1\n`,
    [
      '---→ LG_YAML_DOCUMENTS a second YAML document starts here; a spec is one document | remove the line --- and what follows, or move it to another file',
    ],
  ],
  ['one document with its marks', `---\n${smallSpec()}...\n`, []],
  [
    'a tab in one line of several: what follows from it is not listed',
    'lakegate: 1\nname: "a\\q"\naws:\n  region: eu-west-1\n\taccount: "1"\n  tags: {}\nhub:\n\tvpc: {}\n',
    [
      '\\q"→ LG_YAML_SYNTAX invalid escape sequence \\q',
      '\taccount: "1→ LG_YAML_SYNTAX a tab indents this line; YAML allows only spaces there | replace the tabs of all lines with two spaces for each level',
    ],
  ],
  [
    'a tab',
    'lakegate: 1\naws:\n\tregion: eu-west-1\n',
    [
      '\tregion: eu-→ LG_YAML_SYNTAX a tab indents this line; YAML allows only spaces there | replace the tabs of all lines with two spaces for each level',
    ],
  ],
  [
    'a quote that is not closed',
    'lakegate: 1\nname: "acme\n',
    ['→ LG_YAML_SYNTAX a quote is not closed | look for it here or a few lines above'],
  ],
  [
    'a star without quotes',
    'a: [*]\n',
    ['*]→ LG_YAML_SYNTAX "*" needs quotes: without them it begins an alias of YAML | write "*", as in from: ["*"]'],
  ],
  [
    'a conflict of git',
    'a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n',
    [
      '<<<<<<< HEAD→ LG_YAML_SYNTAX the file has conflict markers of git, from here on | keep what is right of both sides, and remove the lines with <<<<<<<, ======= and >>>>>>>',
    ],
  ],
  [
    'a bracket that is not closed',
    'lakegate: 1\naws: { region: eu-west-1\n',
    ['→ LG_YAML_SYNTAX a bracket is not closed | look for the { or [ that this should close'],
  ],
  [
    'columns that do not agree',
    'lakegate: 1\naws:\n  region: x\n account: y\n',
    [
      ' account: y→ LG_YAML_SYNTAX all mapping items must start at the same column | start all entries of a map in the same column',
    ],
  ],
  [
    'a missing colon',
    'lakegate: 1\nname acme\naws: x\n',
    [
      'name acme→ LG_YAML_SYNTAX this is not a key with a colon | look for a missing colon, or for an unclosed quote or bracket above',
    ],
  ],
  [
    'two keys in a line',
    'lakegate: 1\nname: acme: x\n',
    [
      'acme: x→ LG_YAML_SYNTAX a second key starts on this line | start it on a new line, or put text with a colon in quotes',
    ],
  ],
  [
    'a key twice',
    `${smallSpec()}name: other\n`,
    [
      'name: other→ LG_YAML_DUPLICATE_KEY "name" is written twice in this map | the first is on line 2; keep one of them',
    ],
  ],
  [
    'a target twice',
    smallSpec({
      targets: '{ db: { type: postgres, host: db.acme.com, network: core }, db: { type: s3, bucket: acme-lake } }',
    }),
    [
      'db: { type: → LG_YAML_DUPLICATE_KEY "db" is written twice in this map | the first is on line 8; keep one of them',
    ],
  ],
  [
    'a merge key',
    smallSpec({
      targets: '{ db: &a { type: postgres, host: db.acme.com, network: core }, b: { <<: *a, host: b.acme.com } }',
    }),
    [],
  ],
  [
    'a merge key with a list',
    smallSpec({
      targets: '{ db: &a { type: postgres, host: db.acme.com, network: core }, b: { <<: [{ host: b.acme.com }, *a] } }',
    }),
    [],
  ],
  [
    'a merge key with no map',
    smallSpec({ targets: '{ a: { <<: [1], type: postgres, host: db.acme.com, network: core } }' }),
    ['<<: [1], typ→ LG_YAML_ALIAS << takes a map, or a list of maps | write <<: *anchor'],
  ],
  [
    'aliases of aliases of aliases',
    bomb,
    [
      '*x3, *x3, *x→ LG_YAML_ALIAS the aliases up to here expand to more than 100,000 values | write the values out, or remove aliases of aliases',
    ],
  ],
  [
    'merge keys by the thousand',
    smallSpec({
      targets: `{ db: { ${'<<: { type: postgres, host: db.acme.com, network: core }, '.repeat(20_000)} } }`,
    }),
    [],
  ],
  [
    'a merge key with a list as long as the file',
    smallSpec({
      targets: `{ db: { <<: [${'{}, '.repeat(300_000)}{ type: postgres, host: db.acme.com, network: core }] } }`,
    }),
    [],
  ],
  [
    'an alias of nothing',
    smallSpec({ hub: '*nope' }),
    ['*nope→ LG_YAML_ALIAS there is no anchor "&nope" before *nope'],
  ],
  ['an alias inside itself', smallSpec({ hub: '&h { vpc: *h }' }), ['*h }→ LG_YAML_ALIAS *h is inside its own anchor']],
  [
    'deep nesting',
    '['.repeat(1_000_000),
    ['[[[[[[[[[[[[→ LG_YAML_DEPTH values are nested more than 64 levels deep | a spec has at most 12 levels'],
  ],
  [
    'deep nesting by indentation',
    Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
    ['a:→ LG_YAML_DEPTH values are nested more than 64 levels deep | a spec has at most 12 levels'],
  ],
  [
    'a key that languages know',
    smallSpec({
      targets: '{ __proto__: { type: s3, bucket: acme-lake } }',
      access: '[{ from: [__proto__], to: [constructor] }]',
    }),
    [
      '__proto__: {→ LG_YAML_KEY the key "__proto__" is not allowed | choose another name',
      '__proto__], → LG_REFERENCE_UNKNOWN there is no workspace "__proto__" | workspaces: one, two',
      'constructor]→ LG_REFERENCE_UNKNOWN there is no target "constructor" | the spec has no targets',
    ],
  ],
  ['a name that languages know', smallSpec({ targets: '{ constructor: { type: s3, bucket: acme-lake } }' }), []],
  [
    'a number as a name',
    smallSpec({ workspaces: '{ 1: { id: "1" } }' }),
    [
      '1: { id: "1"→ LG_NAME_FORM "1" is not a valid name of a workspace | use lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'no key',
    smallSpec({ workspaces: '{ one: { id: "1" }, : { id: "2" } }' }),
    [': { id: "2" → LG_YAML_KEY this key is not text | write a word before the colon'],
  ],
  [
    'a list as a key',
    smallSpec({ workspaces: '{ one: { id: "1" }, [a]: { id: "2" } }' }),
    ['[a]: { id: "→ LG_YAML_KEY this key is not text | write a word before the colon'],
  ],
  [
    'a tag of another program',
    smallSpec({ name: '!secret acme' }),
    ['acme→ LG_YAML_TAG the tag "!secret" has no meaning in a spec | remove it'],
  ],
  [
    'a binary',
    smallSpec({ name: '!!binary acme' }),
    ['acme→ LG_YAML_TAG the tag "!!binary" has no meaning in a spec | remove it'],
  ],
  ['text by its tag', smallSpec({ aws: '{ region: eu-west-1, account: !!str 011122223333 }' }), []],
  [
    'YAML 1.1',
    `%YAML 1.1\n---\n${smallSpec()}`,
    [
      '%YAML 1.1→ LG_YAML_SYNTAX "%YAML 1.1" changes how YAML is read; a spec must be YAML 1.2 without directives | remove the line',
    ],
  ],
  ['YAML 1.2 by name', `%YAML 1.2\n---\n${smallSpec()}`, []],
  [
    'line ends of Windows',
    `${smallSpec().replaceAll('\n', '\r\n')}nmae: x\r\n`,
    ['nmae: x→ LG_FIELD_UNKNOWN a spec has no field "nmae" | did you mean name?'],
  ],
  [
    'a byte order mark',
    `\ufeff${smallSpec({ name: 'Acme' })}`,
    [
      'Acme→ LG_NAME_FORM "Acme" is not a valid name of a spec | use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'a byte order mark in bytes',
    new TextEncoder().encode(`\ufeff${smallSpec({ name: 'Acme' })}`),
    [
      'Acme→ LG_NAME_FORM "Acme" is not a valid name of a spec | use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'Latin-1',
    Uint8Array.from([...new TextEncoder().encode('lakegate: 1\nname: '), 0xe9, 0x0a]),
    [
      '→ LG_SPEC_NOT_UTF8 the file is not valid UTF-8 from here on | save the file as UTF-8 (in most editors: Save with Encoding)',
    ],
  ],
  [
    'UTF-16',
    Uint8Array.from([0xff, 0xfe, 0x61, 0]),
    [
      '→ LG_SPEC_NOT_UTF8 the file is UTF-16; a spec must be UTF-8 | save the file as UTF-8 (in most editors: Save with Encoding)',
    ],
  ],
  [
    'a control character',
    'lakegate: 1\nname: a\u0007b\n',
    ['b→ LG_YAML_SYNTAX the file contains the control character \\u0007 | remove it'],
  ],
  [
    'a control character by escape',
    smallSpec({ name: '"a\\u001b[31m"' }),
    [
      '"a\\u001b[31m→ LG_NAME_FORM "a\\u001b[31m" is not a valid name of a spec | use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'a text that runs backwards',
    smallSpec({ name: '"a\u202eb"' }),
    [
      '"a\u202eb"→ LG_NAME_FORM "a\\u202eb" is not a valid name of a spec | use 2 to 20 lower-case letters, digits and hyphens; start with a letter, do not end with a hyphen',
    ],
  ],
  [
    'more than 10 MB',
    '#'.repeat(10 * 1024 * 1024 + 1),
    ['→ LG_SPEC_FILE_SIZE the file has more than 10,485,760 bytes, which is the maximum'],
  ],
])('text: %s', (_, text, want) => {
  expect(problemsOf(text)).toEqual(want);
});
