import { type Fact, fromPage } from './fact.ts';

/** As written under `databricks.partition`. */
export type Partition = 'commercial' | 'govcloud' | 'govcloud-dod';

const samples = fromPage(
  'databricks/terraform-databricks-sra, aws/customizations/serverless_privatelink',
  '2026-11-20',
);
const provider = fromPage('https://registry.terraform.io/providers/databricks/databricks/latest/docs', '2026-11-20');

/** The account whose role attaches to endpoint services, by partition. The role's name ends in the region. */
export const principalFacts: Readonly<
  Record<Partition, Fact<{ readonly account: string; readonly arnPartition: 'aws' | 'aws-us-gov' }>>
> = {
  commercial: samples('principal', { account: '565502421330', arnPartition: 'aws' }, 'AWS account of the principal'),
  govcloud: samples(
    'principal',
    { account: '347038500609', arnPartition: 'aws-us-gov' },
    'AWS account of the principal',
  ),
  'govcloud-dod': samples(
    'principal',
    { account: '347034940029', arnPartition: 'aws-us-gov' },
    'AWS account of the principal',
  ),
};

/** Where the account API lives, by partition. */
export const accountHostFacts: Readonly<Record<Partition, Fact<string>>> = {
  commercial: provider('account_host', 'https://accounts.cloud.databricks.com', 'account host'),
  govcloud: provider('account_host', 'https://accounts.cloud.databricks.us', 'account host'),
  'govcloud-dod': provider('account_host', 'https://accounts-dod.cloud.databricks.mil', 'account host'),
};

/** The one principal that an endpoint service allows: the exact role of the region, never `*`. */
export function principalArn(
  facts: { readonly principals: typeof principalFacts },
  partition: Partition,
  region: string,
): string {
  const { account, arnPartition } = facts.principals[partition].value;
  return `arn:${arnPartition}:iam::${account}:role/private-connectivity-role-${region}`;
}
