import { parse } from 'yaml';
import { planAlerts, planRuleGroups, renderPrometheus } from '../../../lib/alerts';
import { anAlertScope } from './alert-scopes';

describe('renderPrometheus', () => {
  it('writes the groups as a file of rules', () => {
    const text = renderPrometheus(anAlertScope(), 'https://example.com/runbooks');

    expect(parse(text)).toEqual({
      groups: planRuleGroups(anAlertScope(), 'https://example.com/runbooks'),
    });
    expect(renderPrometheus(anAlertScope(), 'https://example.com/runbooks')).toBe(text);
  });
});

describe('planRuleGroups', () => {
  const groups = planRuleGroups(anAlertScope(), 'https://example.com/runbooks');

  it('puts each alert into the group of its kind', () => {
    expect(groups.map(({ name }) => name)).toEqual([
      'litellm-ha-availability',
      'litellm-ha-errors',
      'litellm-ha-latency',
      'litellm-ha-saturation',
      'litellm-ha-providers',
      'litellm-ha-database',
      'litellm-ha-state',
      'litellm-ha-replication',
    ]);
    expect(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))).toEqual(
      planAlerts(anAlertScope()).map(({ name }) => name),
    );
  });

  it('says who is meant, how bad it is, and where to read on', () => {
    expect(groups[0]?.rules[0]).toEqual({
      alert: 'InstanceDown',
      expr:
        'up{job="litellm",namespace="models",service="litellm"} == 0 or ' +
        'absent(up{job="litellm",namespace="models",service="litellm"})',
      for: '2m',
      labels: { job: 'litellm', namespace: 'models', service: 'litellm', severity: 'critical' },
      annotations: {
        summary: expect.stringContaining('is down') as string,
        description: expect.stringContaining('Prometheus gets no answer') as string,
        runbook_url: 'https://example.com/runbooks/instance-down.md',
      },
    });
  });
});
