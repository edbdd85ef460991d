import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHcl } from './hcl.ts';
import { toTfJson } from './tf-json.ts';
import { address, block, call, expr, type Section, template, type Value, why } from './value.ts';

const section = (body: Section['body'], comment?: string): Section => ({
  kind: 'resource',
  labels: ['aws_lb', 's_1'],
  body,
  ...(comment === undefined ? {} : { comment }),
});

test('neighbours line up, and a value of several lines or a reason breaks the column', () => {
  const text = toHcl([
    section(
      {
        name: 'a',
        internal: true,
        tags: { Name: 'a', owner: 'b' },
        subnets: why('One per zone.', [expr('aws_subnet.a.id')]),
        port: 1,
        timeouts: block({ create: '1m' }),
        left_out: undefined,
      },
      'Why it is there.',
    ),
  ]);
  expect(text).toBe(
    [
      '# Why it is there.',
      'resource "aws_lb" "s_1" {',
      '  name     = "a"',
      '  internal = true',
      '  tags = {',
      '    Name  = "a"',
      '    owner = "b"',
      '  }',
      '',
      '  # One per zone.',
      '  subnets = [aws_subnet.a.id]',
      '',
      '  port = 1',
      '',
      '  timeouts {',
      '    create = "1m"',
      '  }',
      '}',
      '',
    ].join('\n'),
  );
});

test.each<[string, Value, string, unknown]>([
  ['a string that looks like a template', `\${x} %{ if }`, `"$\${x} %%{ if }"`, `$\${x} %%{ if }`],
  ['quotes and control characters', 'a"b\\c\nd\u0001', '"a\\"b\\\\c\\nd\\u0001"', 'a"b\\c\nd\u0001'],
  ['an expression', expr('aws_lb.s_1.arn'), 'aws_lb.s_1.arn', `\${aws_lb.s_1.arn}`],
  ['a template', template('a-', expr('var.b')), `"a-\${var.b}"`, `a-\${var.b}`],
  [
    'a call',
    call('file', template(expr('path.module'), '/x')),
    `file("\${path.module}/x")`,
    `\${file("\${path.module}/x")}`,
  ],
  ['an address', [address('aws_lb.s_1')], '[aws_lb.s_1]', ['aws_lb.s_1']],
  ['a key that is not a name', { 'a:b': 1 }, '{ "a:b" = 1 }', { 'a:b': 1 }],
  ['nothing', null, 'null', null],
])('%s in both syntaxes', (_, value, hcl, json) => {
  expect(toHcl([section({ value })])).toContain(`  value = ${hcl}\n`);
  expect(JSON.parse(toTfJson([section({ value })], 'head')).resource.aws_lb.s_1.value).toEqual(json);
});

test('a literal never opens a template sequence, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '%', '{', '}', '"', '\\', 'a', '\n') }), (text) => {
      const [, literal = ''] = /^ {2}value = (.*)$/m.exec(toHcl([section({ value: text })])) ?? [];
      expect(literal.slice(1, -1).replace(/\\./g, ' ')).not.toMatch(/(^|[^$])\$\{|(^|[^%])%\{|"/);
    }),
  );
});

test('blocks that stand alone under a name are lists in JSON, named ones an object', () => {
  const json = JSON.parse(
    toTfJson(
      [
        { kind: 'provider', labels: ['aws'], body: { region: 'a' } },
        { kind: 'provider', labels: ['aws'], body: { alias: 'b' } },
        { kind: 'moved', labels: [], body: { from: address('a.b'), to: address('a.c') } },
        { kind: 'output', labels: ['o'], body: { value: why('because', 1) } },
      ],
      'head',
    ),
  );
  expect(json.provider.aws).toEqual([{ region: 'a' }, { alias: 'b' }]);
  expect(json.moved).toEqual([{ from: 'a.b', to: 'a.c' }]);
  expect(json.output.o).toEqual({ '//': 'value: because', value: 1 });
});
