/** A refusal of the accounts API: its HTTP status, code and message. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const notFound = (what: string): ApiError =>
  new ApiError(404, 'RESOURCE_DOES_NOT_EXIST', `${what} does not exist`);
export const badValue = (message: string): ApiError => new ApiError(400, 'INVALID_PARAMETER_VALUE', message);
export const badState = (message: string): ApiError => new ApiError(400, 'INVALID_STATE', message);
/** 429 would make the SDK wait and ask again for minutes; a limit of the account is not a matter of time. */
export const overLimit = (message: string): ApiError => new ApiError(400, 'RESOURCE_EXHAUSTED', message);
