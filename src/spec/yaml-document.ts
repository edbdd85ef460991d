import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import type { Code } from '../diagnostics/index.ts';
import { shown } from './wording.ts';

/** A spec is at most 12 deep. The parser is recursive: this stays far from the end of the stack. */
const depthAtMost = 64;
/** Collections that the parser may have open; it needs a few for each level. */
const openAtMost = 4 * depthAtMost;
/** Words, signs, spaces and line ends. A spec of 10,000 targets has 300,000; each costs the parser some hundred bytes. */
const lexemesAtMost = 4_000_000;

/** Signs that are out of place. After these many the file is not YAML, and the composer would keep each error. */
const errorsAtMost = 100;

/** Why a text is not read to its end. */
interface Stop {
  readonly offset: number;
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
}

/** Text → the one document of the parser, which may carry syntax errors; undefined where the text has none. Bounded in depth and size. */
export function composeYaml(
  text: string,
  lexemes = lexemesAtMost,
): { readonly document: Document.Parsed | undefined } | Stop {
  const composer = new Composer({
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false, // would compare each key with each other one
    prettyErrors: false,
  });
  const documents: Document.Parsed[] = [];
  let errors = 0;
  for (const token of boundedTokens(text, lexemes)) {
    if ('code' in token) return token;
    documents.push(...composer.next(token));
    if (token.type === 'error') errors++;
    if (documents.length > 1 || errors > errorsAtMost) break;
  }
  documents.push(...composer.end(true, text.length));
  const second = documents[1];
  if (second)
    return {
      offset: second.range[0],
      code: 'LG_YAML_DOCUMENTS',
      message: 'a second YAML document starts here; a spec is one document',
      hint: 'remove the line --- and what follows, or move it to another file',
    };
  return { document: documents[0] };
}

const tooDeep = (offset: number): Stop => ({
  offset,
  code: 'LG_YAML_DEPTH',
  message: `values are nested more than ${depthAtMost} levels deep`,
  hint: 'a spec has at most 12 levels',
});

/** Tokens of the parser until a bound is passed; the last one is then the reason. */
function* boundedTokens(text: string, atMost: number): Generator<CST.Token | Stop> {
  const parser = new Parser();
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) yield refusal(token) ?? token;
    if (parser.stack.length > openAtMost) return yield tooDeep(parser.offset);
    if (++lexemes > atMost)
      return yield {
        offset: parser.offset,
        code: 'LG_SPEC_FILE_SIZE',
        message: `up to here the file has ${atMost.toLocaleString('en')} YAML tokens, which is the maximum`,
      };
  }
  for (const token of parser.end()) yield refusal(token) ?? token;
}

/** Why the composer must not see a token. */
function refusal(token: CST.Token): Stop | undefined {
  if (token.type === 'directive' && !/^%YAML\s+1\.2\s*$/.test(token.source))
    return {
      offset: token.offset,
      code: 'LG_YAML_SYNTAX',
      message: `${shown(token.source)} changes how YAML is read; a spec must be YAML 1.2 without directives`,
      hint: 'remove the line',
    };
  if (token.type !== 'document') return undefined;
  // Without recursion: this is what makes recursion safe.
  const waiting: { readonly token: CST.Token; readonly depth: number }[] = [];
  if (token.value) waiting.push({ token: token.value, depth: 1 });
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token: each, depth } = next;
    if (depth > depthAtMost) return tooDeep(each.offset);
    if (each.type !== 'block-map' && each.type !== 'block-seq' && each.type !== 'flow-collection') continue;
    for (const { key, value } of each.items) {
      if (key) waiting.push({ token: key, depth: depth + 1 });
      if (value) waiting.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
}
