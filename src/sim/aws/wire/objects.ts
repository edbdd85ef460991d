import { AwsError } from '../errors.ts';
import { type AwsWorld, type Caller, text } from '../world.ts';

export interface ObjectAnswer {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** S3's GetObject by path: `/<bucket>/<key>`. Throws AwsError. */
export function objectAnswer(world: AwsWorld, caller: Caller, path: string): ObjectAnswer {
  const [, bucketName = '', key = ''] = /^\/([^/]+)\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
  const bucket = world.get('aws_s3_bucket', bucketName);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  if (bucket.account !== caller.account) throw new AwsError('AccessDenied', 'Access Denied', 403);
  const [found] = world.all(
    'aws_s3_object',
    ({ attributes }) => text(attributes, 'bucket') === bucketName && text(attributes, 'key') === key,
  );
  if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  const { attributes } = found;
  // The bytes of an uploaded file stay with whoever uploaded it: this cloud keeps texts alone.
  if (text(attributes, 'source'))
    throw new AwsError('NotImplemented', 'The content of uploaded files is not kept.', 501);
  const body = Buffer.from(
    text(attributes, 'content') || text(attributes, 'content_base64'),
    text(attributes, 'content') ? 'utf8' : 'base64',
  );
  return {
    body,
    headers: {
      'content-type': text(attributes, 'content_type') || 'application/octet-stream',
      'content-length': String(body.length),
      etag: `"${text(attributes, 'etag')}"`,
      'last-modified': new Date(world.now()).toUTCString(),
      ...(text(attributes, 'version_id') ? { 'x-amz-version-id': text(attributes, 'version_id') } : {}),
    },
  };
}
