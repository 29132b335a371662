import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { Clock } from '../ports';
import { UNTRIED } from '../routing/health';
import type { Health } from '../routing/health';
import { EMPTY_BUDGET, reduceBudget, selectFreePlaces } from '../routing/retry-budget';
import type { RetryBudget, Standing } from '../routing/retry-budget';
import type { RetryMetrics } from '../telemetry/retry-metrics';

/** Ends the counting of one extra attempt. Calling it twice does no harm. */
export type EndExtra = (result: 'answered' | 'wasted') => void;

/** Keeps the one retry budget that all calls share. */
export class ExtraAttempts {
  private budget: RetryBudget = EMPTY_BUDGET;

  constructor(
    private readonly clock: Clock,
    private readonly healthById: () => ReadonlyMap<string, Health>,
    private readonly metrics: RetryMetrics,
  ) {}

  recordRequest(): void {
    this.budget = reduceBudget(this.budget, { kind: 'request' }, this.clock.nowMs());
  }

  /** Whether one more attempt may go to any of the deployments; the least doubtful one decides. */
  selectBudget(deployments: readonly DeploymentConfig[]): 'left' | 'spent' {
    const standing = deployments.some(({ id }) => this.standingOf(id) === 'sound')
      ? 'sound'
      : 'doubtful';
    return selectFreePlaces(this.budget, standing, this.clock.nowMs()) >= 1 ? 'left' : 'spent';
  }

  begin(kind: 'retry' | 'fallback' | 'hedge', deploymentId: string): EndExtra {
    const { clock, metrics } = this;
    metrics.recordExtra(kind);
    const standing = this.standingOf(deploymentId);
    this.budget = reduceBudget(this.budget, { kind: 'extra-begun', standing }, clock.nowMs());
    let ended = false;
    return (result) => {
      if (ended) return;
      ended = true;
      const event = { kind: 'extra-ended', standing, result } as const;
      this.budget = reduceBudget(this.budget, event, clock.nowMs());
    };
  }

  private standingOf(deploymentId: string): Standing {
    const { failuresInARow, recovery } = this.healthById().get(deploymentId) ?? UNTRIED;
    return failuresInARow > 0 || recovery === 'awaited' ? 'doubtful' : 'sound';
  }
}
