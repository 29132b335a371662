/** A secret in Secret Manager. */
export interface SecretReference {
  /**
   * Its id in the same project, or `projects/PROJECT/secrets/ID`.
   */
  readonly secretId: string;

  /**
   * Number or alias of the version. Pin it to decide yourself when replicas see a new value.
   *
   * @default 'latest'
   */
  readonly version?: string;
}

/** A secret of the user's, and the environment variable that gets its value. */
export interface GivenSecret {
  readonly environmentName: string;
  readonly project: string;
  readonly secretId: string;
  readonly version: string;
}
