import { createServer } from 'node:https';
import type { Leaf } from '../ca.ts';
import { serveOn, type TargetServer } from './target-server.ts';

/**
 * S3 behind the endpoint of one rule, for as much as the lab asks: a bucket of the rule lists one object, any other is denied.
 * `buckets` gives the target of each; it is the owner of the one object in the list. Signatures are not looked at: whether the network lets a workspace through is the question, not what IAM says.
 */
export function startS3(region: string, buckets: ReadonlyMap<string, string>, leaf: Leaf): Promise<TargetServer> {
  const suffix = `.s3.${region}.amazonaws.com`;
  return serveOn(
    createServer(leaf, (request, response) => {
      request.resume();
      const host = (request.headers.host ?? '').toLowerCase().replace(/:[0-9]+$/, '');
      const bucket = host.endsWith(suffix) ? host.slice(0, -suffix.length) : '';
      const target = buckets.get(bucket);
      response.statusCode = target !== undefined ? 200 : 403;
      response.setHeader('content-type', 'application/xml');
      response.setHeader('server', 'lakegate-lab-s3');
      response.end(
        target !== undefined
          ? `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><Name>${bucket}</Name><Contents><Key>whoami</Key><Owner><DisplayName>${target}</DisplayName></Owner></Contents></ListBucketResult>\n`
          : '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>the rule of this endpoint does not list the bucket</Message></Error>\n',
      );
    }),
  );
}
