import type { CaFiles, Snippet } from './snippet.ts';

/** Where clients of an inspected target find it, and the CA to trust for it. */
export interface InspectedPlace extends CaFiles {
  readonly host: string;
  readonly port: number;
  /** With the path of the target, and a slash at its end. */
  readonly base: string;
  /** What a request asks for: the same, or a path that the target allows. */
  readonly url: string;
}

/**
 * A setting that names one file of CAs for a process replaces the public ones: it is to be given the file that has both.
 * Such are REQUESTS_CA_BUNDLE, SSL_CERT_FILE, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH and a Java trust store.
 */
export const forTheProcess = (setting: string, bundle: string): string =>
  `# For every call of the process: ${setting}=${bundle}, which has the public CAs too.`;

/** More clients of an inspected target, each told of the CA for this target alone where it can be. */
export function inspectedSnippets({ host, port, base, url, ca, bundle }: InspectedPlace): readonly Snippet[] {
  const python = (id: string, title: string, pip: readonly string[], lines: readonly string[]): Snippet => ({
    id,
    title: `Python: ${title}`,
    language: 'python',
    pip,
    text: lines.join('\n'),
  });
  const shell = (id: string, title: string, lines: readonly string[]): Snippet => ({
    id,
    title: `Shell: ${title} (a notebook cell that begins with %sh)`,
    language: 'shell',
    pip: [],
    text: lines.join('\n'),
  });
  return [
    python(
      'aiohttp',
      'aiohttp',
      ['aiohttp'],
      [
        'import ssl',
        '',
        'import aiohttp',
        '',
        '# aiohttp reads SSL_CERT_FILE when it is imported, so a setting in the notebook has no effect.',
        `context = ssl.create_default_context(cafile="${ca}")`,
        'async with aiohttp.ClientSession() as session:',
        `    async with session.get("${url}", ssl=context) as answer:`,
        '        print(answer.status, (await answer.text())[:500])',
      ],
    ),
    python(
      'urllib',
      'urllib',
      [],
      [
        'import ssl',
        'import urllib.request',
        '',
        forTheProcess('SSL_CERT_FILE', bundle),
        `context = ssl.create_default_context(cafile="${ca}")`,
        `with urllib.request.urlopen("${url}", timeout=60, context=context) as answer:`,
        '    print(answer.status, answer.read(500))',
      ],
    ),
    python(
      'openai',
      'the client of an API of models (openai)',
      ['openai'],
      [
        'import ssl',
        '',
        'import openai',
        '',
        `context = ssl.create_default_context(cafile="${ca}")`,
        'client = openai.OpenAI(',
        `    base_url="${base}v1",`,
        '    api_key=dbutils.secrets.get("<scope>", "<key>"),',
        '    http_client=openai.DefaultHttpxClient(verify=context),',
        ')',
        'print([model.id for model in client.models.list()])',
      ],
    ),
    python(
      'grpcio',
      'gRPC (grpcio)',
      ['grpcio'],
      [
        'import grpc',
        '',
        forTheProcess('GRPC_DEFAULT_SSL_ROOTS_FILE_PATH', bundle),
        `with open("${ca}", "rb") as file:`,
        '    credentials = grpc.ssl_channel_credentials(root_certificates=file.read())',
        `with grpc.secure_channel("${host}:${port}", credentials) as channel:`,
        '    grpc.channel_ready_future(channel).result(timeout=10)',
        '    print("connected")',
      ],
    ),
    shell('git', 'git', [
      '# For this host alone: http.sslCAInfo without a URL would replace the public CAs for every host.',
      `git -c http."https://${host}${port === 443 ? '' : `:${port}`}/".sslCAInfo='${ca}' ls-remote '${base}<repository>.git'`,
    ]),
    shell('node', 'Node.js', [
      '# NODE_EXTRA_CA_CERTS adds to the public CAs. It is read when Node.js starts.',
      `NODE_EXTRA_CA_CERTS='${ca}' node -e 'fetch("${url}").then(async (answer) => console.log(answer.status, (await answer.text()).slice(0, 500)))'`,
    ]),
    shell('environment', 'pip, uv and other programs, by their environment', [
      '# The file with the public CAs too: these settings replace what the programs trust otherwise.',
      `export SSL_CERT_FILE='${bundle}' REQUESTS_CA_BUNDLE='${bundle}' PIP_CERT='${bundle}'`,
      `python -c 'import urllib.request; print(urllib.request.urlopen("${url}", timeout=60).status)'`,
    ]),
    shell('keytool', 'a trust store for Java and Spark', [
      '# A copy of the public CAs with this one added: a trust store of this CA alone would replace them.',
      'cp "$JAVA_HOME/lib/security/cacerts" /tmp/truststore',
      'chmod u+w /tmp/truststore',
      `keytool -importcert -noprompt -alias lakegate -file '${ca}' -keystore /tmp/truststore -storepass changeit`,
      'echo "-Djavax.net.ssl.trustStore=/tmp/truststore -Djavax.net.ssl.trustStorePassword=changeit"',
    ]),
  ];
}
