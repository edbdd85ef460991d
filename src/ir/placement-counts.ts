/** What a placement of targets needs of the two clouds. */
export interface PlacementCounts {
  readonly endpoints: number;
  readonly services: number;
  readonly listeners: number;
}
