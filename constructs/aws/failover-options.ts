/** How failover is led. */
export interface FailoverOptions {
  /**
   * How often the failover is rehearsed. A rehearsal changes nothing: it looks at every part that a failover needs, and
   * calls somebody when one is missing.
   *
   * @default 'weekly'
   */
  readonly rehearsed?: 'daily' | 'weekly' | 'monthly';

  /**
   * Folder of the function that takes the steps: `index.js`. Change it to run your own build.
   *
   * @default - that of this package
   */
  readonly executorFolder?: string;
}
