import { renderPgbouncer, type PgbouncerInput } from '../../../lib/render';

const INPUT: PgbouncerInput = {
  databases: [
    {
      name: 'litellm',
      server: { host: 'primary.example', port: 5432 },
      serverDatabaseName: 'litellm',
    },
    {
      name: 'litellm_readonly',
      server: { host: 'replicas.example', port: 5432 },
      serverDatabaseName: 'litellm',
    },
  ],
  listenAddress: '0.0.0.0',
  listenPort: 6432,
  userFile: '/etc/users/userlist.txt',
  maxClientConnections: 1000,
  poolSize: 25,
  reserve: 5,
  maxPreparedStatements: 200,
};

describe('renderPgbouncer', () => {
  it("keeps the guide's sizes and cuts its timers to what a failover bears", () => {
    const lines = renderPgbouncer(INPUT).split('\n');

    expect(lines).toEqual(
      expect.arrayContaining([
        'litellm = host=primary.example port=5432 dbname=litellm',
        'litellm_readonly = host=replicas.example port=5432 dbname=litellm',
        'listen_port = 6432',
        'auth_type = scram-sha-256',
        'auth_file = /etc/users/userlist.txt',
        'pool_mode = transaction',
        'max_client_conn = 1000',
        'default_pool_size = 25',
        'reserve_pool_size = 5',
        'max_prepared_statements = 200',
        'dns_max_ttl = 1',
        'server_login_retry = 1',
        'server_lifetime = 300',
        'query_wait_timeout = 5',
      ]),
    );
  });

  it('leaves prepared statements out for a version that knows none', () => {
    const text = renderPgbouncer({ ...INPUT, maxPreparedStatements: null });

    expect(text).not.toContain('max_prepared_statements');
  });
});
