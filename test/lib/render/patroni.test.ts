import { parse } from 'yaml';
import { renderCreateDatabase, renderPatroni, type PatroniInput } from '../../../lib/render';

const INPUT: PatroniInput = {
  scope: 'litellm-postgres',
  postgresPort: 5432,
  restPort: 8008,
  dataFolder: '/data',
  binFolder: '/usr/lib/postgresql/16/bin',
  runFolder: '/run/postgresql',
  maxConnections: 400,
  sharedBuffersMib: 1024,
  databaseName: 'litellm',
  userName: 'litellm',
  createDatabaseScript: '/etc/patroni/create-database.sh',
  stateStore: { kubernetes: { use_endpoints: true } },
};

describe('renderPatroni', () => {
  const config = parse(renderPatroni(INPUT));

  it("keeps the guide's timers and loses no acknowledged write", () => {
    expect(config.bootstrap.dcs).toMatchObject({
      ttl: 30,
      loop_wait: 10,
      retry_timeout: 10,
      maximum_lag_on_failover: 1048576,
      synchronous_mode: true,
      failsafe_mode: true,
      postgresql: {
        use_pg_rewind: true,
        parameters: { max_connections: 400, wal_level: 'replica', max_wal_senders: 10 },
      },
    });
    expect(config.kubernetes).toEqual({ use_endpoints: true });
  });

  it('asks everybody for a SCRAM password, save its own user on the socket', () => {
    expect(config.postgresql.pg_hba[0]).toBe('local all all peer');
    for (const rule of config.postgresql.pg_hba.slice(1)) expect(rule).toMatch(/ scram-sha-256$/);
    expect(config.bootstrap.initdb).toContain('data-checksums');
  });

  it('holds no password', () => {
    expect(renderPatroni(INPUT)).not.toMatch(/password:/);
  });
});

describe('renderCreateDatabase', () => {
  it('takes the password from the environment', () => {
    const script = renderCreateDatabase(INPUT);

    expect(script).toMatch(/^#!\/bin\/sh\nset -eu\n/);
    expect(script).toContain('\\getenv password DATABASE_PASSWORD');
    expect(script).toContain(`CREATE ROLE "litellm" LOGIN PASSWORD :'password';`);
    expect(script).toContain('CREATE DATABASE "litellm" OWNER "litellm";');
  });
});
