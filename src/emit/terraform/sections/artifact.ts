import type { RouterFleet } from '../../../ir/index.ts';
import type { Context } from '../context.ts';
import { address, block, call, expr, type Section, template, why } from '../language/value.ts';
import { locals, resource } from '../names.ts';

/** File that `lakegate artifact` writes below the configuration. */
export const artifactFile = (architecture: RouterFleet['architecture']): string =>
  `artifacts/lakegate-router-${architecture}.tar.gz`;

/** `artifact.tf`: the router program, from a local file to the bucket, under its digest. */
export function artifactSections({ infra }: Context): readonly Section[] {
  if (infra.router?.run !== 'instances') return [];
  const file = artifactFile(infra.router.architecture);
  return [
    locals(
      {
        router_artifact: template(expr('path.module'), `/${file}`),
        router_artifact_sha256: why(
          'The digest file is committed and reviewed; the archive is not.',
          call('try', call('trimspace', call('file', template(expr('path.module'), `/${file}.sha256`))), 'missing'),
        ),
      },
      'Written by `lakegate artifact`; the same version always gives the same bytes.',
    ),
    resource('aws_s3_object', 'router_artifact', {
      bucket: expr('aws_s3_bucket.config.id'),
      key: why(
        'Keyed by digest: running routers keep their archive, and a new archive is a new object.',
        template(infra.router.names.keys.artifacts, expr('local.router_artifact_sha256'), '.tar.gz'),
      ),
      source: expr('local.router_artifact'),
      kms_key_id: expr('aws_kms_key.hub.arn'),
      lifecycle: block({
        create_before_destroy: true,
        precondition: block({
          condition: expr('try(filesha256(local.router_artifact), "no file") == local.router_artifact_sha256'),
          error_message: `${file} is missing or does not match ${file}.sha256. Run: lakegate artifact`,
        }),
      }),
      depends_on: [
        address('aws_s3_bucket_versioning.config'),
        address('aws_s3_bucket_server_side_encryption_configuration.config'),
      ],
    }),
  ];
}
