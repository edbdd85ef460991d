import type { TargetType } from '../../spec/index.ts';
import type { Client } from './client.ts';
import { http, https, s3 } from './https.ts';
import { kafka } from './kafka.ts';
import { redis, tcp, tls } from './lines.ts';
import { mongodb } from './mongodb.ts';
import { mysql } from './mysql.ts';
import { oracle } from './oracle.ts';
import { postgres } from './postgres.ts';
import { sqlserver } from './sqlserver.ts';

/** The client for each type of target. */
export const clients: Readonly<Record<TargetType, Client>> = {
  http,
  https,
  kafka,
  mongodb,
  mysql,
  oracle,
  postgres,
  redis,
  s3,
  sqlserver,
  tcp,
  tls,
};

export {
  type Client,
  type ClientResult,
  type ConnectionAttempt,
  codeWithoutRouter,
  type Find,
  resultOfError,
  WorkspaceSocket,
} from './client.ts';
