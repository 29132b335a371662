/** Where the two halves of an access key are. */
export interface ObjectStorageCredentials {
  readonly secretName: string;

  /**
   * Key of the Secret that holds the id.
   *
   * @default 'access-key-id'
   */
  readonly accessKeyIdKey?: string;

  /**
   * Key of the Secret that holds the secret half.
   *
   * @default 'secret-access-key'
   */
  readonly secretAccessKeyKey?: string;
}
