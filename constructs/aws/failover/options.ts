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
   * A plan of ARC Region switch beside the machines of Step Functions, which plays the same steps. Choose it where
   * recoveries of all applications are run and shown in one place. It spans two regions and costs 70 USD a month; the
   * machines stay, and rehearse.
   *
   * @default - no plan; the machines lead
   * @see https://aws.amazon.com/application-recovery-controller/pricing/
   */
  readonly plan?: RegionSwitchPlanOptions;

  /**
   * Folder of the function that takes the steps: `index.js`, which exports `handler`, and `takeBlock` where there is a plan.
   * Change it to run your own build.
   *
   * @default - that of this package
   */
  readonly executorFolder?: string;
}

/** What a plan of ARC Region switch may be told. */
export interface RegionSwitchPlanOptions {
  readonly kind: 'arc-region-switch';

  /**
   * Name of the role whose bearers agree before the writer is stopped, or before clients move where no writer is. Set it
   * where whoever starts a plan may not decide alone. It must be allowed `arc-region-switch:ApprovePlanExecutionStep`.
   *
   * @default - nobody is asked: starting the plan is the decision
   * @see ARC User Guide, "Manual approval execution block"
   */
  readonly approvedBy?: string;
}
