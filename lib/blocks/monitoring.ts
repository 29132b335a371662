/** From when on the gateway counts as failing its users: what the alerts compare with. */
export interface MonitoringPlan {
  /** Share of requests that must succeed; burn rates are computed from it. Unit: percent. */
  readonly availabilityPercent: number;
  /** Share of failed requests that calls somebody. Unit: percent. */
  readonly errorPercent: number;
  /** 95 of 100 answers must be complete by then. Unit: seconds. */
  readonly latencySeconds: number;
  /** 95 of 100 providers' answers must have begun by then. Unit: seconds. */
  readonly firstTokenSeconds: number;
}

export interface MonitoringOutputs {
  /** Names of the alerts that are set, as they show in a page. */
  readonly alertNames: readonly string[];
}
