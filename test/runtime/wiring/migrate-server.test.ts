import { MIGRATIONS } from '../../../runtime/database/migrations';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { migrateServer } from '../../../runtime/wiring/migrate-server';
import { withPostgres } from '../../../operations/local/postgres-query';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';

const PORTS = { clock: systemClock, random: systemRandom };
const STEPS = MIGRATIONS.map(({ version }) => version);

describe('migrateServer', () => {
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgresServer(16);
  });

  afterAll(() => postgres.stop());

  it('applies every step, and at the next run none', async () => {
    const configuredUrl = await postgres.createDatabase('gateway');
    const sources = { environment: {}, configuredUrl };
    expect(await migrateServer(sources, PORTS)).toEqual(STEPS);
    expect(await migrateServer(sources, PORTS)).toEqual([]);
  });

  it('goes past a pooler, whatever the configuration names for calls', async () => {
    const DIRECT_URL = await postgres.createDatabase('direct');
    const configuredUrl = 'postgresql://gateway:password@127.0.0.1:9/gateway';
    expect(await migrateServer({ environment: { DIRECT_URL }, configuredUrl }, PORTS)).toEqual(
      STEPS,
    );
  });

  it('does its work once when two jobs run at once', async () => {
    const url = await postgres.createDatabase('twice');
    const sources = { environment: { DATABASE_URL: url }, configuredUrl: null };
    const done = await Promise.all([migrateServer(sources, PORTS), migrateServer(sources, PORTS)]);
    expect(done.flat()).toEqual(STEPS);
  });

  it('makes the role of replicas, with a password from beside the URL', async () => {
    const url = new URL(await postgres.createDatabase('roles'));
    const { password } = url;
    url.password = '';
    await withPostgres(postgres.member.address, 5_000, (client) =>
      client.query('CREATE ROLE rds_iam NOLOGIN'),
    );
    const environment = {
      DATABASE_URL: url.toString(),
      DATABASE_PASSWORD: password,
      LITELLM_HA_DATABASE_LOGIN_ROLE: 'litellm_gateway',
    };
    const sources = { environment, configuredUrl: null };
    expect(await migrateServer(sources, PORTS)).toEqual(STEPS);
    expect(await migrateServer(sources, PORTS)).toEqual([]);
    const { rows } = await withPostgres(postgres.member.address, 5_000, (client) =>
      client.query("SELECT 1 FROM pg_roles WHERE rolname = 'litellm_gateway' AND rolcanlogin"),
    );
    expect(rows).toHaveLength(1);
  });

  it('rejects where no server is named', async () => {
    await expect(migrateServer({ environment: {}, configuredUrl: null }, PORTS)).rejects.toThrow(
      'migrate needs a database: set DATABASE_URL to that of the writer',
    );
  });

  it('rejects while the server is away, so that the job runs again', async () => {
    const configuredUrl = 'postgresql://gateway:password@127.0.0.1:9/gateway';
    await expect(migrateServer({ environment: {}, configuredUrl }, PORTS)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
