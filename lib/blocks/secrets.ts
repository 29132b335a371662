/** Values that must never stand in a template: those of the configuration, and those the deployment makes up itself. */
export interface SecretsPlan {
  /** Environment variables of the configuration whose values the user hands over as secrets of the target. */
  readonly given: readonly string[];
  /**
   * Secrets that are generated once and kept: the administrator's key, the secret that virtual
   * keys are hashed with, and the passwords of the data tier.
   */
  readonly generated: readonly GeneratedSecret[];
}

export type GeneratedSecret = 'master-key' | 'salt-key' | 'database-password' | 'cache-password';

/** Where the values of a region come from: all regions must know the same keys. */
export type SecretsOrigin =
  { readonly kind: 'generated' } | { readonly kind: 'copied'; readonly fromRegion: string };

export interface SecretsOutputs {
  /** Late-bound name or address under which an operator reads the administrator's key. */
  readonly masterKeyLocation: string;
}
