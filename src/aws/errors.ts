/** What kind of refusal a code is: who has to act. */
export type AwsRefusal =
  /** No credentials, or expired ones: log in again. */
  | 'login'
  /** The credentials lack a right. */
  | 'right'
  /** Too many calls, also after the SDK's own tries. */
  | 'throttle'
  /** What was asked for is not there. */
  | 'absent'
  | 'other';

/** @see botocore's retry data and the API models (2026-11-20) */
const kinds: readonly (readonly [RegExp, AwsRefusal])[] = [
  [
    /^(AuthFailure|ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|CredentialsProviderError|InvalidAccessKeyId|TokenRefreshRequired)$/,
    'login',
  ],
  [/^(UnauthorizedOperation|AccessDenied(Exception)?|Forbidden)$/, 'right'],
  [
    /^(RequestLimitExceeded|EC2ThrottledException|Throttling(Exception)?|TooManyRequestsException|SlowDown|RequestThrottled)$/,
    'throttle',
  ],
  [/(NotFound(Exception)?|^NoSuch(Key|Bucket))$/, 'absent'],
];

/** A call that AWS refused or that never arrived: the API's code and message, and what was asked. */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  /** The API's code, such as `InvalidVpcEndpointServiceId.NotFound`, or the SDK's own for a call that did not arrive. */
  readonly code: string;
  /** What was asked, such as `ec2:DescribeVpcEndpointConnections`. */
  readonly call: string;

  constructor(call: string, code: string, message: string, cause?: unknown) {
    super(`${call}: ${code}: ${message}`, { cause });
    this.code = code;
    this.call = call;
  }

  /** Gives any error of the SDK the shape of this one. */
  static of(call: string, error: unknown): AwsCallError {
    if (error instanceof AwsCallError) return error;
    const { name, Code, message } = error as { name?: string; Code?: string; message?: string };
    // An answer that the SDK cannot read is a plain Error: its name says nothing.
    const code = Code ?? (name === 'Error' ? undefined : name) ?? 'Unknown';
    return new AwsCallError(call, code, message ?? String(error), error);
  }

  get refusal(): AwsRefusal {
    return kinds.find(([form]) => form.test(this.code))?.[1] ?? 'other';
  }
}
