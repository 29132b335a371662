/** A key of a Kubernetes Secret in the workload's namespace. */
export interface SecretKeyReference {
  readonly secretName: string;
  readonly key: string;
}
