import type { S3 } from '@aws-sdk/client-s3';
import type { Api } from './api.ts';

export interface ObjectState {
  readonly text: string;
  readonly etag: string;
  /** Milliseconds since the epoch; 0 where the answer has none. */
  readonly modifiedAt: number;
}

export interface Objects {
  /** Throws AwsCallError; `NoSuchKey` and `NoSuchBucket` for what does not exist. */
  read(bucket: string, key: string): Promise<ObjectState>;
}

export function objects(s3: Api<S3>): Objects {
  return {
    read: (Bucket, Key) =>
      s3.call('GetObject', async (client) => {
        const { Body, ETag, LastModified } = await client.getObject({ Bucket, Key });
        const text = (await Body?.transformToString('utf-8')) ?? '';
        return { text, etag: (ETag ?? '').replaceAll('"', ''), modifiedAt: LastModified?.getTime() ?? 0 };
      }),
  };
}
