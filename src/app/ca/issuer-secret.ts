import { AwsCallError, type Secrets } from '../../aws/index.ts';
import { type Diagnostic, error } from '../../diagnostics/index.ts';
import type { IssuerSource, Looked } from '../../router/index.ts';
import { cloudsOf } from './clouds.ts';

/** Milliseconds between two looks at the secret. */
const everyMs = 60_000;

/**
 * The secret with the issuer, as a router follows it: its version is asked for first, its value only where that has changed.
 * Who follows it waits longer after each failure.
 */
class IssuerSecret implements IssuerSource {
  readonly everyMs = everyMs;
  readonly place: string;
  readonly #name: string;
  readonly #secrets: Secrets;
  #seen: string | undefined;

  constructor(name: string, secrets: Secrets) {
    this.place = `secret ${name}`;
    this.#name = name;
    this.#secrets = secrets;
  }

  async look(): Promise<Looked> {
    try {
      const version = await this.#secrets.currentVersion(this.#name);
      if (version === undefined) return unreadable(`${this.place} has no value yet`, 'lakegate ca sign writes it');
      if (version === this.#seen) return { is: 'same' };
      const read = await this.#secrets.read(this.#name);
      this.#seen = read.version;
      return { is: 'text', text: read.value.reveal() };
    } catch (cause) {
      if (cause instanceof AwsCallError) return unreadable(`${this.place}: ${cause.message}`, hintFor(cause));
      return unreadable(`${this.place}: ${cause instanceof Error ? cause.name : 'no answer'}`, 'it is asked for again');
    }
  }
}

/**
 * The source of a secret in the region of the environment. Clients stay open as long as the process.
 *
 * @param env Where region, credentials and another address of AWS are found.
 */
export function issuerSecret(name: string, env: Readonly<Record<string, string | undefined>>): IssuerSource {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region === undefined)
    return {
      ...{ place: `secret ${name}`, everyMs },
      look: async () => unreadable(`secret ${name}: no region is known`, 'set AWS_REGION'),
    };
  return new IssuerSecret(name, cloudsOf(env).at(region).secrets);
}

const unreadable = (message: string, hint: string): { is: 'unreadable'; diagnostic: Diagnostic } => ({
  is: 'unreadable',
  diagnostic: error('LG_ISSUER_UNREADABLE', [], message, hint),
});

function hintFor({ refusal }: AwsCallError): string {
  switch (refusal) {
    case 'right':
      return 'the role of the router needs secretsmanager:DescribeSecret and GetSecretValue on it, and kms:Decrypt on its key';
    case 'login':
      return 'the router has no valid credentials for AWS';
    case 'absent':
      return 'terraform apply makes the secret, lakegate ca sign writes its value';
    case 'throttle':
    case 'other':
      return 'it is asked for again';
    default:
      return refusal satisfies never;
  }
}
