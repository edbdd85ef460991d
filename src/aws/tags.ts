export type Tags = Readonly<Record<string, string>>;

/** Tags as EC2, Elastic Load Balancing and Auto Scaling write them. */
export const tagsOf = (
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags => Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));

/** A filter of EC2 and Auto Scaling for what has a tag. */
export const tagFilter = ([key, value]: readonly [key: string, value: string]): { Name: string; Values: string[] } => ({
  Name: `tag:${key}`,
  Values: [value],
});
