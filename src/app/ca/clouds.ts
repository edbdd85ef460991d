import { AwsCallError, type AwsClients, awsClients, settingsFromEnvironment } from '../../aws/index.ts';
import { type Diagnostic, error } from '../../diagnostics/index.ts';

/** Clients of AWS by region, made when they are first asked for. */
export interface Clouds {
  at(region: string): AwsClients;
  /** Ends idle connections. */
  close(): void;
}

/** @param env Where credentials and another address of AWS are found. */
export function cloudsOf(env: Readonly<Record<string, string | undefined>>): Clouds {
  const made = new Map<string, AwsClients>();
  return {
    at(region) {
      const clients = made.get(region) ?? awsClients({ region, ...settingsFromEnvironment(env) });
      made.set(region, clients);
      return clients;
    },
    close() {
      for (const clients of made.values()) clients.close();
    },
  };
}

/** What AWS refused, as a problem. @throws Any other error. */
export function awsProblem(cause: unknown, hint?: string): Diagnostic {
  if (!(cause instanceof AwsCallError)) throw cause;
  return error('LG_AWS_CALL', [], cause.message, cause.refusal === 'login' ? logIn : hint);
}

/** What to do where rights are not the question yet. */
export const logIn =
  'give valid credentials of AWS, as the AWS CLI takes them; only the role of the signer may use the key and read the secret';
