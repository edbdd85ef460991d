import type { AwsOptions } from './clients.ts';

/** The SDK reads the environment of the process by itself; another one is read here. @param service Such as `KAFKA`. */
export function settingsFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  service?: string,
): Pick<AwsOptions, 'endpoint' | 'credentials'> {
  const endpoint = (service === undefined ? undefined : env[`AWS_ENDPOINT_URL_${service}`]) ?? env.AWS_ENDPOINT_URL;
  const [accessKeyId, secretAccessKey, sessionToken] = [
    env.AWS_ACCESS_KEY_ID,
    env.AWS_SECRET_ACCESS_KEY,
    env.AWS_SESSION_TOKEN,
  ];
  return {
    ...(endpoint ? { endpoint } : {}),
    ...(accessKeyId && secretAccessKey
      ? { credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } }
      : {}),
  };
}
