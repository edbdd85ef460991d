/** A call that Databricks refused or that never arrived. Carries no header and no body of the request. */
export class DatabricksCallError extends Error {
  override readonly name = 'DatabricksCallError';
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** `error_code` of the answer, such as `RESOURCE_DOES_NOT_EXIST`; `NO_ANSWER` where there was none. */
  readonly code: string;
  /** What was asked, such as `GET /network-connectivity-configs`. */
  readonly call: string;

  constructor(call: string, status: number, code: string, message: string, cause?: unknown) {
    super(`${call}: ${code}: ${message}`, { cause });
    this.call = call;
    this.status = status;
    this.code = code;
  }
}
