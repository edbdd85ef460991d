import { isScalar, type YAMLParseError } from 'yaml';
import { type Code, conflictMarker, type PlacedDiagnostic } from '../diagnostics/index.ts';
import { SpecSource } from './spec-source.ts';
import { escapeControls } from './wording.ts';
import { TreeBuilder } from './yaml-builder.ts';
import { composeYaml } from './yaml-document.ts';
import type { YamlNode } from './yaml-tree.ts';

/** A spec of 10,000 targets has 1 MB. */
const fileBytesAtMost = 10 * 1024 * 1024;
/** A file of garbage gives as many syntax errors as it has lines; the first ones tell all. */
const syntaxErrorsAtMost = 20;

/** What is left of a file once it is text and a tree. `root` is absent when there is no tree to check further. */
export interface YamlReading {
  readonly source: SpecSource;
  readonly root?: YamlNode;
  readonly diagnostics: readonly PlacedDiagnostic[];
  /** Numbers that YAML 1.1 and 1.2 read differently: an error where nothing else is wrong with them. */
  readonly oddNumbers?: readonly PlacedDiagnostic[];
}

/**
 * Bytes of a YAML 1.2 file (core schema, `<<` merge keys understood) → a tree with places.
 * Never throws; what cannot be read is a diagnostic. Hostile input costs time in proportion to its size.
 */
export function readYaml(input: string | Uint8Array, file: string): YamlReading {
  const bytes = typeof input === 'string' ? input.length : input.byteLength;
  if (bytes > fileBytesAtMost) {
    const source = new SpecSource(file, '');
    // Of a larger file no more than this was read.
    const message = `the file has more than ${fileBytesAtMost.toLocaleString('en')} bytes, which is the maximum`;
    return { source, diagnostics: [source.at(0, fatal('LG_SPEC_FILE_SIZE', message))] };
  }
  const text = typeof input === 'string' ? input.replace(/^\ufeff/, '') : decode(input);
  if (typeof text !== 'string') return notUtf8(text.bytes, file);
  return readText(new SpecSource(file, text));
}

const fatal = (code: Code, message: string, hint?: string) => ({
  code,
  severity: 'error' as const,
  path: [],
  message,
  ...(hint && { hint }),
});

function decode(bytes: Uint8Array): string | { readonly bytes: Uint8Array } {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { bytes };
  }
}

function notUtf8(bytes: Uint8Array, file: string): YamlReading {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const lenient = new TextDecoder('utf-8').decode(bytes);
  const offset = isUtf16 ? 0 : Math.max(0, lenient.indexOf('\ufffd'));
  // The text is shown beside the message only as far as it was readable.
  const source = new SpecSource(file, isUtf16 ? '' : lenient.slice(0, offset));
  const message = isUtf16 ? 'the file is UTF-16; a spec must be UTF-8' : 'the file is not valid UTF-8 from here on';
  const hint = 'save the file as UTF-8 (in most editors: Save with Encoding)';
  return { source, diagnostics: [source.at(offset, fatal('LG_SPEC_NOT_UTF8', message, hint))] };
}

function readText(source: SpecSource): YamlReading {
  const { text } = source;
  const stop = (offset: number, code: Code, message: string, hint?: string): YamlReading => ({
    source,
    diagnostics: [source.at(offset, fatal(code, message, hint))],
  });
  const control = text.search(/(?![\t\n\r\u0085])\p{Cc}/u);
  if (control >= 0)
    return stop(
      control,
      'LG_YAML_SYNTAX',
      `the file contains the control character ${escapeControls(text.charAt(control))}`,
      'remove it',
    );
  const conflict = conflictMarker(text);
  if (conflict !== undefined)
    return stop(
      conflict,
      'LG_YAML_SYNTAX',
      'the file has conflict markers of git, from here on',
      'keep what is right of both sides, and remove the lines with <<<<<<<, ======= and >>>>>>>',
    );
  const composed = composeYaml(text);
  if ('code' in composed) return stop(composed.offset, composed.code, composed.message, composed.hint);
  const { document } = composed;
  if (document && document.errors.length > 0) return { source, diagnostics: syntaxErrors(source, document.errors) };
  if (!document?.contents || (isScalar(document.contents) && document.contents.value === null))
    return stop(0, 'LG_SPEC_EMPTY', 'the file is empty', 'run lakegate init to create a commented file');
  const builder = new TreeBuilder(source);
  const root = builder.build(document.contents);
  const usable = root && !builder.problems.some((problem) => problem.code === 'LG_YAML_ALIAS');
  return { source, ...(usable && { root }), diagnostics: builder.problems, oddNumbers: builder.oddNumbers };
}

/** What the parser found. After a tab in the indentation nothing is as it looks, so what follows it is not listed. */
function syntaxErrors(source: SpecSource, errors: readonly YAMLParseError[]): readonly PlacedDiagnostic[] {
  const tabbed = errors.find(({ pos }) => /^ *\t/.test(source.line(source.lineOf(pos[0])) ?? ''));
  const listed = tabbed ? errors.filter(({ pos }) => source.lineOf(pos[0]) < source.lineOf(tabbed.pos[0])) : errors;
  const found = listed.slice(0, syntaxErrorsAtMost).map((error) => {
    const [message, hint] = syntaxWords(error.code, error.message);
    return source.at(error.pos[0], fatal('LG_YAML_SYNTAX', message, hint));
  });
  if (!tabbed) return found;
  const line = source.lineOf(tabbed.pos[0]);
  const column = (source.line(line) ?? '').indexOf('\t') + 1;
  const place = { ...source.at(tabbed.pos[0], fatal('LG_YAML_SYNTAX', ...tabWords)), line, column };
  return [...found, place];
}

const tabWords = [
  'a tab indents this line; YAML allows only spaces there',
  'replace the tabs of all lines with two spaces for each level',
] as const;

/** The parser's words, in ours where a spec's author would otherwise be left alone. */
function syntaxWords(code: string, message: string): readonly [message: string, hint?: string] {
  switch (code) {
    case 'TAB_AS_INDENT':
      return tabWords;
    case 'MISSING_CHAR':
      return message.startsWith('Missing closing')
        ? ['a quote is not closed', 'look for it here or a few lines above']
        : [lowerFirst(message), 'look for a quote or bracket that is not closed, here or a few lines above'];
    case 'BAD_INDENT':
      return message.startsWith('Flow')
        ? ['a bracket is not closed', 'look for the { or [ that this should close']
        : [lowerFirst(message), 'start all entries of a map in the same column'];
    case 'MULTILINE_IMPLICIT_KEY':
      return ['this is not a key with a colon', 'look for a missing colon, or for an unclosed quote or bracket above'];
    case 'BLOCK_AS_IMPLICIT_KEY':
      return ['a second key starts on this line', 'start it on a new line, or put text with a colon in quotes'];
    case 'BAD_ALIAS':
      return message === 'Alias cannot be an empty string'
        ? ['"*" needs quotes: without them it begins an alias of YAML', 'write "*", as in from: ["*"]']
        : [lowerFirst(escapeControls(message))];
    default:
      return [lowerFirst(escapeControls(message))];
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
