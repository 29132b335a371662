import { LimitMetrics } from '../../../runtime/limits/limit-metrics';

describe('LimitMetrics', () => {
  it('counts refusals by owner and limit, and nothing before the first', () => {
    const metrics = new LimitMetrics();
    expect(metrics.renderRefusals() + metrics.renderCrossed()).toBe('');
    metrics.recordRefusal('team', 'budget');
    metrics.recordRefusal('team', 'budget');
    metrics.recordCrossed('user');
    expect(metrics.renderRefusals()).toBe(
      'litellm_ha_limit_refusals_total{owner="team",limit="budget"} 2\n',
    );
    expect(metrics.renderCrossed()).toBe('litellm_ha_soft_budgets_crossed_total{owner="user"} 1\n');
  });
});
