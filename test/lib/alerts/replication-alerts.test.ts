import { planAlerts } from '../../../lib/alerts';
import { anAlertScope } from './alert-scopes';

const LABELS = { job: 'litellm-postgres', namespace: 'models' };

describe('planReplicationAlerts', () => {
  const expressionsOf = (kind: 'physical' | 'logical', lagAlarmSeconds: number) =>
    planAlerts(anAlertScope({ replication: { kind, labels: LABELS, lagAlarmSeconds } }))
      .filter(({ group }) => group === 'replication')
      .map(({ expr }) => expr);

  it('compares the lag of a replica with what is promised', () => {
    expect(expressionsOf('physical', 45)).toEqual([
      'max(cnpg_pg_replication_lag{job="litellm-postgres",namespace="models"}) > 45',
      '(sum(cnpg_pg_replication_is_wal_receiver_up{job="litellm-postgres",namespace="models"}) or vector(0)) < (sum(cnpg_pg_replication_in_recovery{job="litellm-postgres",namespace="models"}) or vector(1))',
    ]);
  });

  it('looks at slots and receivers of the gateway alone where rows are exchanged', () => {
    expect(expressionsOf('logical', 20)).toEqual([
      'max(cnpg_pg_stat_replication_replay_lag_seconds{job="litellm-postgres",namespace="models",application_name=~"gateway_from_.*"}) > 20',
      '(min(cnpg_pg_replication_slots_active{job="litellm-postgres",namespace="models",slot_name=~"gateway_to_.*"}) or vector(0)) == 0',
    ]);
  });
});
