import { type Attributes, blocksOf, text, texts, type Value } from '../../aws/index.ts';

/** The JSON of data.aws_iam_policy_document: names of members and their order as the provider writes them. */
export function policyDocument(config: Attributes): string {
  const sources = [...texts(config, 'source_policy_documents'), ...texts(config, 'override_policy_documents')];
  const merged = sources.flatMap((source) => (JSON.parse(source) as { Statement: Value[] }).Statement);
  const own = blocksOf(config, 'statement').map(statement);
  const document = { Version: text(config, 'version') || '2012-10-17', Statement: [...merged, ...own] };
  return JSON.stringify(document, null, 2);
}

function statement(given: Attributes): Value {
  const set = (name: string): Value | undefined => {
    const values = [...texts(given, name)].sort();
    return values.length > 1 ? values : values[0];
  };
  const members: readonly (readonly [string, Value | undefined])[] = [
    ['Sid', text(given, 'sid') || undefined],
    ['Effect', text(given, 'effect') || 'Allow'],
    ['Principal', principals(blocksOf(given, 'principals'))],
    ['NotPrincipal', principals(blocksOf(given, 'not_principals'))],
    ['Action', set('actions')],
    ['NotAction', set('not_actions')],
    ['Resource', set('resources')],
    ['NotResource', set('not_resources')],
    ['Condition', conditions(blocksOf(given, 'condition'))],
  ];
  return Object.fromEntries(members.filter((each): each is [string, Value] => each[1] !== undefined));
}

function principals(blocks: readonly Attributes[]): Value | undefined {
  if (!blocks.length) return undefined;
  if (blocks.some((each) => text(each, 'type') === '*' && texts(each, 'identifiers').includes('*'))) return '*';
  const made: Record<string, Value> = {};
  for (const each of blocks) {
    const names = [...texts(each, 'identifiers')].sort();
    made[text(each, 'type')] = names.length > 1 ? names : (names[0] ?? []);
  }
  return made;
}

function conditions(blocks: readonly Attributes[]): Value | undefined {
  if (!blocks.length) return undefined;
  const made: Record<string, Record<string, Value>> = {};
  for (const each of blocks) {
    const values = texts(each, 'values');
    const of = made[text(each, 'test')] ?? {};
    of[text(each, 'variable')] = values.length > 1 ? [...values] : (values[0] ?? []);
    made[text(each, 'test')] = of;
  }
  return made;
}
