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
}

/** Runs one call and gives its refusal the shape above. */
export async function called<T>(call: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AwsCallError) throw error;
    const { name, Code, message } = error as { name?: string; Code?: string; message?: string };
    throw new AwsCallError(call, Code ?? name ?? 'Unknown', message ?? String(error), error);
  }
}

/** Pages that one listing may have: a service that never ends its pages is broken. */
const pageCap = 1000;

/** Every item of a listing, over all its pages. Throws AwsCallError when there are more than a thousand pages. */
export async function everyPage<Page, Item>(
  call: string,
  read: (token: string | undefined) => Promise<Page>,
  of: (page: Page) => { readonly items: readonly Item[] | undefined; readonly next: string | undefined },
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  for (let at = 0; at < pageCap; at += 1) {
    const { items, next } = of(await called(call, () => read(token)));
    all.push(...(items ?? []));
    if (!next) return all;
    token = next;
  }
  throw new AwsCallError(call, 'TooManyPages', `the answer has more than ${pageCap} pages`);
}
