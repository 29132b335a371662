import { parse } from 'yaml';
import { planDatabaseAlerts } from '../../../lib/alerts/database-alerts';
import { renderPatroni } from '../../../lib/render';
import { anAlertScope } from './alert-scopes';

describe('planDatabaseAlerts', () => {
  it('calls a lag beyond which Patroni makes no replica primary', () => {
    const { bootstrap } = parse(
      renderPatroni({
        scope: 'a',
        postgresPort: 1,
        restPort: 2,
        dataFolder: '/data',
        binFolder: '/bin',
        runFolder: '/run',
        maxConnections: 1,
        sharedBuffersMib: 1,
        databaseName: 'a',
        userName: 'a',
        createDatabaseScript: '/script',
        stateStore: {},
      }),
    ) as { readonly bootstrap: { readonly dcs: { readonly maximum_lag_on_failover: number } } };
    const [lag] = planDatabaseAlerts(anAlertScope()).filter(
      ({ name }) => name === 'PostgresReplicaLag',
    );

    expect(lag?.expr).toMatch(new RegExp(`> ${bootstrap.dcs.maximum_lag_on_failover}$`));
  });
});
