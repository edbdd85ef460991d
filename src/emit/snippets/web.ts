import { forTheProcess, inspectedSnippets } from './inspected.ts';
import { caFiles, caPlaceholder, firstEndpoint, type Snippet, type SnippetSource } from './snippet.ts';

/** Origin of the first name: the port only where it is not the scheme's own. */
function origin({ target }: SnippetSource, scheme: 'http' | 'https'): string {
  const { host, port } = firstEndpoint(target);
  return `${scheme}://${host}${port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`}`;
}

export function httpSnippets(source: SnippetSource, scheme: 'http' | 'https'): readonly Snippet[] {
  const { path = '' } = source.target;
  const base = `${origin(source, scheme)}${path}/`;
  const [allowed] = source.allow ?? [];
  const url = allowed === undefined ? base : `${origin(source, scheme)}${requestOf(allowed)}`;
  const files = caFiles(source);
  const ca = files?.ca;
  return [
    {
      id: 'requests',
      title: 'Python: requests',
      language: 'python',
      pip: [],
      text: [
        'import requests',
        '',
        ...(files ? [forTheProcess('REQUESTS_CA_BUNDLE', files.bundle)] : []),
        `answer = requests.get("${url}", timeout=(10, 60)${ca ? `, verify="${ca}"` : ''})`,
        '# A refusal by the router is a JSON body with its code, or an error that names a TLS alert.',
        'print(answer.status_code, answer.text[:500])',
      ].join('\n'),
    },
    {
      id: 'httpx',
      title: 'Python: httpx',
      language: 'python',
      pip: ['httpx'],
      text: [
        ...(ca ? ['import ssl', ''] : []),
        'import httpx',
        '',
        ...(ca ? [`context = ssl.create_default_context(cafile="${ca}")`] : []),
        `with httpx.Client(timeout=60${ca ? ', verify=context' : ''}) as client:`,
        `    answer = client.get("${url}")`,
        '    print(answer.status_code, answer.text[:500])',
      ].join('\n'),
    },
    {
      id: 'curl',
      title: 'Shell: curl (a notebook cell that begins with %sh)',
      language: 'shell',
      pip: [],
      text: `curl --show-error --silent --max-time 60 ${ca ? `--cacert '${ca}' ` : ''}'${url}'`,
    },
    ...(files ? inspectedSnippets({ ...firstEndpoint(source.target), base, url, ...files }) : []),
  ];
}

/** A path that a pattern allows, as text for a URL in quotes. A star between other segments is for the reader to fill in. */
const requestOf = (pattern: string): string =>
  pattern
    .replace(/\/\*\*$/, '/')
    .replaceAll(/\*+/g, '<path>')
    .replaceAll("'", '%27');

/** Any protocol over TLS: who answers, with which certificate? */
export function tlsSnippets(source: SnippetSource): readonly Snippet[] {
  const { host, port } = firstEndpoint(source.target);
  return [
    {
      id: 'openssl',
      title: 'Shell: the certificate that answers (a notebook cell that begins with %sh)',
      language: 'shell',
      pip: [],
      text: `openssl s_client -connect '${host}:${port}' -servername '${host}' -brief </dev/null`,
    },
    {
      id: 'ssl',
      title: 'Python: open a TLS connection',
      language: 'python',
      pip: [],
      text: [
        'import socket',
        'import ssl',
        '',
        `# Where the CA is private: create_default_context(cafile="${caPlaceholder}")`,
        `with socket.create_connection(("${host}", ${port}), timeout=10) as plain:`,
        `    with ssl.create_default_context().wrap_socket(plain, server_hostname="${host}") as tls:`,
        '        print(tls.version(), tls.getpeercert()["subject"])',
      ].join('\n'),
    },
  ];
}

export function tcpSnippets(source: SnippetSource): readonly Snippet[] {
  const { host, port } = firstEndpoint(source.target);
  return [
    {
      id: 'socket',
      title: 'Python: open a connection and read what the server says first',
      language: 'python',
      pip: [],
      text: [
        'import socket',
        '',
        `with socket.create_connection(("${host}", ${port}), timeout=10) as connection:`,
        '    connection.settimeout(5)',
        '    try:',
        '        print(connection.recv(200))',
        '    except TimeoutError:',
        '        print("nothing in 5 s: many servers wait for the client to speak first")',
      ].join('\n'),
    },
  ];
}

export function s3Snippets({ target }: SnippetSource): readonly Snippet[] {
  const bucket = target.buckets[0] ?? '';
  return [
    {
      id: 'spark',
      title: 'Spark: read files (through a Unity Catalog external location over the bucket)',
      language: 'python',
      pip: [],
      text: `display(spark.read.format("text").load("s3://${bucket}/<folder>/").limit(10))`,
    },
    {
      id: 'list-files',
      title: 'SQL: list files',
      language: 'sql',
      pip: [],
      text: `LIST 's3://${bucket}/<folder>/' LIMIT 10;`,
    },
  ];
}
