/**
 * A workspace that no NCC of the second plan has. Databricks can bind another NCC and cannot unbind one, and Terraform only forgets
 * the binding: until its owner acts, the workspace keeps the NCC.
 */
export interface StillBound {
  readonly workspace: string;
  readonly id: string;
  /** The NCC that it is bound to: its name at Databricks. */
  readonly ncc: string;
  /** The NCC goes, too. Databricks refuses that while a workspace is bound to it. */
  readonly isNccRemoved: boolean;
}

/** Of a plan or a lock, who is bound to what. */
export interface Bindings {
  readonly nccs: readonly {
    readonly name: string;
    readonly workspaces: readonly { readonly name: string; readonly id?: string | undefined }[];
  }[];
}

/** Workspaces with an id that an NCC of the first has and none of the second, in the order of the first. */
export function stillBound(before: Bindings, after: Bindings): readonly StillBound[] {
  const kept = new Set(after.nccs.flatMap((ncc) => ncc.workspaces.map(({ id }) => id)));
  const names = new Set(after.nccs.map(({ name }) => name));
  return before.nccs.flatMap((ncc) =>
    ncc.workspaces.flatMap(({ name: workspace, id }) =>
      id === undefined || kept.has(id) ? [] : [{ workspace, id, ncc: ncc.name, isNccRemoved: !names.has(ncc.name) }],
    ),
  );
}
