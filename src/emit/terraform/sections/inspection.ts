import type { Context } from '../context.ts';
import { call, expr, type Section, template, why } from '../language/value.ts';
import { resource } from '../names.ts';
import { workspaceConfig } from './credentials.ts';

/** `inspection.tf`: where the key of the inspection CA lives, and how its certificate reaches Databricks. */
export function inspectionSections({ infra }: Context): readonly Section[] {
  const { inspection, name } = infra;
  if (!inspection) return [];
  const [catalog = '', schema = '', volume = ''] = inspection.deliver?.volume.split('.') ?? [];
  return [
    resource(
      'aws_secretsmanager_secret',
      'inspection_ca',
      {
        name: inspection.ca.secret,
        description: `${inspection.ca.subject}: key and certificate`,
        kms_key_id: expr('aws_kms_key.hub.arn'),
        recovery_window_in_days: 7,
      },
      'Only the secret. Its value, the key, is in no file, plan or state.',
    ),
    ...(inspection.deliver
      ? [
          ...(inspection.deliver.create
            ? [
                resource('databricks_volume', 'certificates', {
                  name: volume,
                  catalog_name: catalog,
                  schema_name: schema,
                  volume_type: 'MANAGED',
                  comment: `Certificates that clients of ${name} trust`,
                  provider_config: workspaceConfig(infra),
                }),
              ]
            : []),
          resource(
            'databricks_file',
            'inspection_ca',
            {
              for_each: why(
                'Delivered by the first apply that finds the certificate here. The certificate is public.',
                call('fileset', expr('path.module'), inspection.deliver.file),
              ),
              path: inspection.deliver.create
                ? template(expr('databricks_volume.certificates.volume_path'), `/${inspection.deliver.file}`)
                : `/Volumes/${catalog}/${schema}/${volume}/${inspection.deliver.file}`,
              content_base64: expr(`filebase64("\${path.module}/\${each.key}")`),
              provider_config: workspaceConfig(infra),
            },
            `The CA may sign for: ${inspection.names.join(', ')}.`,
          ),
        ]
      : []),
  ];
}
