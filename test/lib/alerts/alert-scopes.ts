import type { AlertScope } from '../../../lib/alerts';

/** A gateway that has everything an alert could ask for. */
export function anAlertScope(overrides: Partial<AlertScope> = {}): AlertScope {
  return {
    gateway: { job: 'litellm', namespace: 'models', service: 'litellm' },
    objectives: {
      availabilityPercent: 99.9,
      errorPercent: 1,
      latencySeconds: 5,
      firstTokenSeconds: 2.5,
    },
    minReplicas: 3,
    maxReplicas: 20,
    database: 'configured',
    patroni: { namespace: 'models', scope: 'litellm-postgres' },
    kubernetes: { namespace: 'models', workloadName: 'litellm' },
    replication: {
      kind: 'physical',
      labels: { job: 'litellm-postgres', namespace: 'models' },
      lagAlarmSeconds: 30,
    },
    ...overrides,
  };
}
