import { renderSample } from '../telemetry/histogram';
import type { Measure } from './plan-quotas';
import type { QuotaOwner } from './quota-owner';

/** Counter by `owner` and `limit`: calls that were refused for a bound of a key, a user or a team. */
export const LIMIT_REFUSALS = 'litellm_ha_limit_refusals_total';
/** Counter by `owner`: soft budgets that were crossed, once in each window. */
export const SOFT_BUDGETS_CROSSED = 'litellm_ha_soft_budgets_crossed_total';

/** Counts by kind of owner alone: names of keys would be without end. */
export class LimitMetrics {
  private readonly refusals = new Map<string, number>();
  private readonly crossed = new Map<QuotaOwner['kind'], number>();

  recordRefusal(owner: QuotaOwner['kind'], measure: Measure): void {
    const name = `${owner}/${measure}`;
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
  }

  recordCrossed(owner: QuotaOwner['kind']): void {
    this.crossed.set(owner, (this.crossed.get(owner) ?? 0) + 1);
  }

  renderRefusals(): string {
    return [...this.refusals]
      .map(([name, count]) => {
        const [owner = '', limit = ''] = name.split('/');
        return renderSample(LIMIT_REFUSALS, { owner, limit }, count);
      })
      .join('');
  }

  renderCrossed(): string {
    return [...this.crossed]
      .map(([owner, count]) => renderSample(SOFT_BUDGETS_CROSSED, { owner }, count))
      .join('');
  }
}
