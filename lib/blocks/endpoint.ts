/** Where a neighbour is reached. The values may be late-bound: all three frameworks carry those inside strings. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}
