import { createServer } from 'node:https';
import type { Leaf } from '../ca.ts';
import { serveOn, type TargetServer } from './target-server.ts';

/**
 * S3 behind the endpoint of one rule, for as much as the lab asks: a bucket of the rule lists (empty), any other is denied.
 * Signatures are not looked at: whether the network lets a workspace through is the question, not what IAM says.
 */
export function startS3(region: string, buckets: readonly string[], leaf: Leaf): Promise<TargetServer> {
  const suffix = `.s3.${region}.amazonaws.com`;
  return serveOn(
    createServer(leaf, (request, response) => {
      request.resume();
      const host = (request.headers.host ?? '').toLowerCase().replace(/:[0-9]+$/, '');
      const bucket = host.endsWith(suffix) ? host.slice(0, -suffix.length) : '';
      const granted = buckets.includes(bucket);
      response.statusCode = granted ? 200 : 403;
      response.setHeader('content-type', 'application/xml');
      response.setHeader('server', 'lakegate-lab-s3');
      response.end(
        granted
          ? `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>${bucket}</Name><KeyCount>0</KeyCount></ListBucketResult>\n`
          : '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>the rule of this endpoint does not list the bucket</Message></Error>\n',
      );
    }),
  );
}
