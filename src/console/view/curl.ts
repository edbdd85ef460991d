import type { FlowRecord } from '../../ir/index.ts';

/** Set by curl, by the connection, or not a field at all. */
const notSent = new Set([
  'host',
  'content-length',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
]);
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What a terminal shows otherwise than it is written, or acts on. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u00a0]/u;
/** Between `$'` and `'` an interactive shell may take `!` for one of its history. */
const written = /[!\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u00a0]/u;

/** One word of a POSIX shell; with characters that cannot be seen, one of bash and zsh. */
function quoted(text: string): string {
  if (/^[\w./:=@%+,-]+$/.test(text)) return text;
  if (!unsafe.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const inside = [...text].map((character) => {
    if (character === "'" || character === '\\') return `\\${character}`;
    if (!written.test(character)) return character;
    return [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `$'${inside.join('')}'`;
}

/**
 * The request as a command line. What was redacted stays redacted: the line then needs the secret put in.
 * What a stranger wrote is never more than one word of the shell, and never an option of curl.
 */
export function curlOf({ request, protocol }: FlowRecord): string {
  const url = `${request.scheme}://${request.host}${request.path}${request.query === undefined ? '' : `?${request.query}`}`;
  const { method, headers, body, bodyBytes } = request;
  const text = body?.text;
  const plainMethod = text === undefined ? 'GET' : 'POST';
  const words: string[][] = [['curl']];
  if (method === 'HEAD') words.push(['--head']);
  else if (method !== plainMethod) words.push(['--request', method]);
  if (protocol === 'h2') words.push(['--http2']);
  if (/[{}[\]]/.test(url)) words.push(['--globoff']);
  if (/\/\.{1,2}(?:[/?]|$)/.test(url)) words.push(['--path-as-is']);
  words.push(['--url', url]);
  for (const { name, value } of headers)
    if (fieldName.test(name) && !notSent.has(name.toLowerCase()))
      words.push(['--header', value === '' ? `${name};` : `${name}: ${value}`]);
  if (text !== undefined) words.push(['--data-raw', text]);
  const line = words.map((parts) => parts.map(quoted).join(' ')).join(' \\\n  ');
  const missing = body?.truncated ? 'only the beginning of the body was recorded' : 'the body was not recorded';
  return bodyBytes > 0 && (text === undefined || body?.truncated) ? `# ${missing} (${bodyBytes} bytes)\n${line}` : line;
}
