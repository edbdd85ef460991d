/**
 * A refusal of AWS: the code and message of the API, with the service and operation as the SDKs print them.
 * `message` is the API's message alone.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Where a call goes, for the text that the provider and the SDKs make of an error. */
export interface Operation {
  /** The SDK's name of the service: `Elastic Load Balancing v2`. */
  readonly service: string;
  /** `CreateLoadBalancer`. */
  readonly name: string;
}

/** The text of an error as the AWS SDK for Go, and so the provider, prints it. */
export const sdkText = (operation: Operation, requestId: string, error: AwsError): string =>
  `operation error ${operation.service}: ${operation.name}, https response error StatusCode: ${error.status}, ` +
  `RequestID: ${requestId}, api error ${error.code}: ${error.message}`;
