import type { TargetType } from '../../spec/index.ts';
import { http, https } from './https.ts';
import { kafka } from './kafka.ts';
import { mongodb } from './mongodb.ts';
import { mysql } from './mysql.ts';
import { oracle } from './oracle.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { sqlserver } from './sqlserver.ts';
import type { TargetKind } from './target-server.ts';
import { tcp, tls } from './tls.ts';

/** The server for each type of target. S3 is separate, because a bucket has no host in a network: see s3.ts. */
export const targetKinds: Readonly<Record<Exclude<TargetType, 's3'>, TargetKind>> = {
  http,
  https,
  kafka,
  mongodb,
  mysql,
  oracle,
  postgres,
  redis,
  sqlserver,
  tcp,
  tls,
};

export { createPostgresEngine, type PostgresEngine } from './postgres-engine.ts';
export { startS3 } from './s3.ts';
export type { ServerConfig, TargetKind, TargetServer } from './target-server.ts';
