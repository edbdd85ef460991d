import type { Partition } from './databricks.ts';
import { type Fact, fromPage } from './fact.ts';

const provider = fromPage('databricks/terraform-provider-databricks, aws/constants.go', '2026-11-20');

/** The Databricks role that assumes a customer's role for a Unity Catalog credential, by partition. */
export const unityCatalogRoleFacts: Readonly<Record<Partition, Fact<string>>> = {
  commercial: provider(
    'unity_catalog_role',
    'arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL',
    'role ARN',
  ),
  govcloud: provider(
    'unity_catalog_role',
    'arn:aws-us-gov:iam::044793339203:role/unity-catalog-prod-UCMasterRole-1QRFA8SGY15OJ',
    'role ARN',
  ),
  'govcloud-dod': provider(
    'unity_catalog_role',
    'arn:aws-us-gov:iam::170661010020:role/unity-catalog-prod-UCMasterRole-1DI6DL6ZP26AS',
    'role ARN',
  ),
};
