import { Address, Block, type Body, Call, Expression, type Section, Template, type Value, Why } from './value.ts';

/** Longest value that stays on one line, in characters, indentation included. */
const lineLength = 118;
const bare = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Sections as native syntax, laid out as `terraform fmt` does. */
export const toHcl = (sections: readonly Section[]): string => sections.map(sectionText).join('\n');

function sectionText({ kind, labels, body, comment }: Section): string {
  const head = [kind, ...labels.map((label) => quoted(label))].join(' ');
  const inside = bodyLines(body, 1);
  return [
    ...commentLines(comment, 0),
    ...(inside.length === 0 ? [`${head} {}`] : [`${head} {`, ...inside, '}']),
    '',
  ].join('\n');
}

const indent = (depth: number): string => '  '.repeat(depth);
const commentLines = (text: string | undefined, depth: number): string[] =>
  text === undefined
    ? []
    : text
        .split('\n')
        .flatMap((line) => wrapped(line, lineLength - depth * 2))
        .map((line) => `${indent(depth)}# ${line}`.trimEnd());

/** Breaks a line between words. A word that is longer stands alone. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

interface Entry {
  readonly name: string;
  readonly lines: readonly string[];
  readonly comment?: string;
  readonly isBlock: boolean;
}

function bodyLines(body: Body, depth: number): string[] {
  const entries = Object.entries(body).flatMap(([name, value]) => toEntries(name, value, depth));
  return layOut(entries, depth);
}

function toEntries(name: string, given: Body[string], depth: number): Entry[] {
  if (given === undefined) return [];
  if (given instanceof Why) {
    const [first, ...rest] = toEntries(name, given.value, depth);
    return first ? [{ ...first, comment: given.text }, ...rest] : [];
  }
  const blocks = given instanceof Block ? [given] : isBlocks(given) ? given : undefined;
  if (blocks) {
    return blocks.map(({ body, label }) => {
      const inside = bodyLines(body, depth + 1);
      const head = label === undefined ? name : `${name} ${quoted(label)}`;
      const lines = inside.length === 0 ? [`${head} {}`] : [`${head} {`, ...inside, `${indent(depth)}}`];
      return { name, lines, isBlock: true };
    });
  }
  return [{ name, lines: valueLines(given as Value, depth, name.length + 3), isBlock: false }];
}

const isBlocks = (value: unknown): value is readonly Block[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => each instanceof Block);

/** Equal signs of neighbouring one-line entries stand in one column; a blank line goes around blocks and entries with a comment. */
function layOut(entries: readonly Entry[], depth: number): string[] {
  const out: string[] = [];
  let run: Entry[] = [];
  const flush = (): void => {
    const width = Math.max(0, ...run.map((entry) => entry.name.length));
    for (const { name, lines } of run) out.push(`${indent(depth)}${name.padEnd(width)} = ${lines[0]}`);
    run = [];
  };
  entries.forEach((entry, i) => {
    const before = entries[i - 1];
    const apart = entry.isBlock || entry.comment !== undefined;
    if (before && (apart || before.isBlock || before.comment !== undefined)) {
      flush();
      out.push('');
    }
    if (entry.comment !== undefined) out.push(...commentLines(entry.comment, depth));
    const [first = '', ...rest] = entry.lines;
    if (entry.isBlock) out.push(`${indent(depth)}${first}`, ...rest);
    else if (rest.length === 0) run.push(entry);
    else {
      flush();
      out.push(`${indent(depth)}${entry.name} = ${first}`, ...rest);
    }
  });
  flush();
  return out;
}

/** The lines of a value; the first without indentation. `before` is what stands left of it. */
function valueLines(value: Value, depth: number, before: number): string[] {
  const inline = oneLine(value);
  if (!hasRows(value) && depth * 2 + before + inline.length <= lineLength) return [inline];
  if (value instanceof Call) {
    const last = value.args.at(-1);
    const lead = value.args.slice(0, -1).map((arg) => `${oneLine(arg)}, `);
    if (last === undefined || !(isCollection(last) || last instanceof Call)) return [inline];
    const [first = '', ...rest] = valueLines(last, depth, before + value.name.length + 1);
    const end = rest.pop();
    return end === undefined
      ? [`${value.name}(${lead.join('')}${first})`]
      : [`${value.name}(${lead.join('')}${first}`, ...rest, `${end})`];
  }
  if (Array.isArray(value)) {
    return [
      '[',
      ...value.flatMap((item: Value) => {
        const lines = valueLines(item, depth + 1, 1);
        return [`${indent(depth + 1)}${lines[0]}`, ...lines.slice(1)].map((line, i, all) =>
          i === all.length - 1 ? `${line},` : line,
        );
      }),
      `${indent(depth)}]`,
    ];
  }
  if (isObject(value)) {
    const isTable = isTableAt(value, depth + 1);
    const entries = Object.entries(value).flatMap(([name, item]) =>
      item === undefined
        ? []
        : [
            {
              name: key(name),
              lines: isTable ? [oneLine(item)] : valueLines(item, depth + 1, name.length + 3),
              isBlock: false,
            },
          ],
    );
    return ['{', ...layOut(entries, depth + 1), `${indent(depth)}}`];
  }
  return [inline];
}

/** Whether a map of flat objects fits one row each: then it reads as a table. */
function isTableAt(value: { readonly [key: string]: Value | undefined }, depth: number): boolean {
  const rows = Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [{ name, item }]));
  const width = Math.max(0, ...rows.map(({ name }) => key(name).length));
  return (
    rows.length > 0 &&
    rows.every(
      ({ item }) =>
        isObject(item) &&
        Object.values(item).every((cell) => cell === undefined || typeof cell !== 'object') &&
        depth * 2 + width + 3 + oneLine(item).length <= lineLength,
    )
  );
}

const isCollection = (value: Value): boolean => Array.isArray(value) || isObject(value);
const isObject = (value: Value): value is { readonly [key: string]: Value | undefined } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Expression || value instanceof Address || value instanceof Call || value instanceof Template);

/** Whether a value reads better on several lines however short it is: an object with several entries, or a list of objects. */
function hasRows(value: Value): boolean {
  if (value instanceof Call) return value.args.some(hasRows);
  if (Array.isArray(value)) return value.some((item: Value) => isObject(item) || hasRows(item));
  return (
    isObject(value) &&
    (Object.values(value).filter((item) => item !== undefined).length > 1 ||
      Object.values(value).some((item) => item !== undefined && hasRows(item)))
  );
}

const key = (name: string): string => (bare.test(name) ? name : quoted(name));

/** A value in native syntax on one line. The JSON syntax puts this between `${` and `}`. */
export function oneLine(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Expression || value instanceof Address) return value.text;
  if (value instanceof Call) return `${value.name}(${value.args.map(oneLine).join(', ')})`;
  if (value instanceof Template)
    return `"${value.parts.map((part) => (typeof part === 'string' ? escaped(part) : `\${${part.text}}`)).join('')}"`;
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  const entries = Object.entries(value).flatMap(([name, item]) =>
    item === undefined ? [] : [`${key(name)} = ${oneLine(item)}`],
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

const quoted = (text: string): string => `"${escaped(text)}"`;

/** Escapes for a quoted template: quotes, control characters, and the two openings of a template sequence. */
const escaped = (text: string): string =>
  [
    ...text
      .replace(/\\/g, '\\\\')
      .replace(/"/g, '\\"')
      .replace(/([$%])\{/g, '$1$1{'),
  ]
    .map((char) => {
      const code = char.codePointAt(0) ?? 0;
      if (char === '\n') return '\\n';
      if (char === '\t') return '\\t';
      if (char === '\r') return '\\r';
      return code < 0x20 || code === 0x7f ? `\\u${code.toString(16).padStart(4, '0')}` : char;
    })
    .join('');
