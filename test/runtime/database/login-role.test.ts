import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDatabaseSettings } from '../../../runtime/database/database-settings';
import { createLoginRole, LoginRoleError } from '../../../runtime/database/login-role';
import { migrate } from '../../../runtime/database/migrate';
import { PostgresDatabase } from '../../../runtime/database/postgres-database';
import type { Sql, SqlRunner } from '../../../runtime/database/sql';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import { itServesReplicas } from './sql.contract';

const ROLE = 'litellm_gateway';

/**
 * On RDS the owner may grant `rds_iam` without being a member of it, which PostgreSQL allows nobody. A function with the
 * rights of a superuser does so in its place, within the same transaction.
 */
class SqlOfRds implements Sql {
  constructor(private readonly sql: Sql) {}

  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    return this.sql.query<Row>(text, values);
  }

  transaction<Result>(work: (sql: SqlRunner) => Promise<Result>): Promise<Result> {
    return this.sql.transaction((transaction) =>
      work({
        query: <Row>(text: string, values?: readonly unknown[]) => {
          const [, name] = /^GRANT rds_iam TO "(.*)"$/.exec(text) ?? [];
          return name === undefined
            ? transaction.query<Row>(text, values)
            : transaction.query<Row>('SELECT grant_rds_iam($1)', [name.replaceAll('""', '"')]);
        },
      }),
    );
  }
}

function connect(url: URL, user: string, password: string): PostgresDatabase {
  const address = new URL(url);
  address.username = user;
  address.password = password;
  const settings = parseDatabaseSettings({ environment: {}, configuredUrl: address.toString() });
  if (settings === null) throw new Error('no database is configured');
  return new PostgresDatabase({
    settings,
    poolLimit: 5,
    clock: systemClock,
    random: systemRandom,
  });
}

/** Members of `rds_iam` need no password here: a server without PAM knows no tokens. */
async function trustTokens(server: PostgresServer): Promise<void> {
  const file = join(server.member.folder, 'pg_hba.conf');
  const rest = readFileSync(file, 'utf8');
  writeFileSync(file, `host all +rds_iam 127.0.0.1/32 trust\n${rest}`);
  await server.member.stop();
  await server.member.start(() => undefined);
}

describe.each([16, 17] as const)('createLoginRole on PostgreSQL %i', (version) => {
  let server: PostgresServer;
  let url: URL;
  let superuser: PostgresDatabase;
  let owner: PostgresDatabase;
  let replica: PostgresDatabase;
  let sql: Sql;

  beforeAll(async () => {
    server = await startPostgresServer(version);
    await trustTokens(server);
    url = new URL(await server.createDatabase('litellm'));
    superuser = connect(url, 'postgres', url.password);
    await superuser.writer.query(
      "CREATE ROLE litellm LOGIN CREATEROLE CREATEDB PASSWORD 'of-the-owner'",
    );
    await superuser.writer.query('ALTER DATABASE litellm OWNER TO litellm');
    owner = connect(url, 'litellm', 'of-the-owner');
    sql = new SqlOfRds(owner.writer);
    await migrate(sql);
  });

  afterAll(async () => {
    await Promise.all([superuser, owner, replica].map((database) => database.stop()));
    await server.stop();
  });

  it('rejects a server that takes no tokens, and makes nothing', async () => {
    const work = createLoginRole(sql, ROLE);
    await expect(work).rejects.toThrow(LoginRoleError);
    await expect(work).rejects.toThrow(
      'LITELLM_HA_DATABASE_LOGIN_ROLE must be left unset on a server without the role rds_iam, got "litellm_gateway"; ' +
        'switch IAM database authentication on at RDS or Aurora, or unset it',
    );
    expect(await sql.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [ROLE])).toEqual([]);
  });

  it('creates the role once, and repeats its rights', async () => {
    await superuser.writer.query('CREATE ROLE rds_iam NOLOGIN');
    await superuser.writer.query(
      `CREATE FUNCTION grant_rds_iam(name text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS
       $$ BEGIN EXECUTE format('GRANT rds_iam TO %I', name); END $$`,
    );
    const outcomes = await Promise.all([createLoginRole(sql, ROLE), createLoginRole(sql, ROLE)]);
    expect([...outcomes].sort()).toEqual(['created', 'there already']);
    replica = connect(url, ROLE, '');
    expect(await replica.writer.query('SELECT current_user::text AS who')).toEqual([{ who: ROLE }]);
  });

  it('leaves the owner its password, and nobody behind that made the role', async () => {
    const impostor = connect(url, 'litellm', 'wrong');
    await expect(impostor.writer.query('SELECT 1')).rejects.toThrow(
      'password authentication failed',
    );
    await impostor.stop();
    const again = connect(url, 'litellm', 'of-the-owner');
    expect(await again.writer.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await again.stop();
    const roles = await sql.query(
      "SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'litellm%'",
    );
    expect(roles).toHaveLength(2);
  });

  describe('for replicas', () => {
    itServesReplicas(() => replica);

    it('changes no table, makes none, and rewrites no history', async () => {
      for (const text of [
        'CREATE TABLE mine (id integer)',
        'CREATE INDEX mine ON gateway_ledger (model)',
        'ALTER TABLE gateway_ledger ADD COLUMN mine integer',
        'DROP TABLE gateway_ledger',
        'TRUNCATE gateway_ledger',
        'CREATE SCHEMA mine',
        'CREATE ROLE mine',
        'DELETE FROM gateway_migrations',
        'UPDATE gateway_migrations SET version = 9',
      ]) {
        await expect(replica.writer.query(text)).rejects.toMatchObject({ code: '42501' });
      }
    });

    it('reads and writes tables that the owner makes later', async () => {
      await sql.query('CREATE TABLE later (id integer)');
      await replica.writer.query('INSERT INTO later VALUES (1)');
      expect(await replica.writer.query('SELECT id FROM later')).toEqual([{ id: 1 }]);
      await sql.query('DROP TABLE later');
    });
  });

  it('takes a name as it is written', async () => {
    const name = 'gate"way; DROP TABLE gateway_ledger';
    expect(await createLoginRole(sql, name)).toBe('created');
    expect(await createLoginRole(sql, name)).toBe('there already');
  });

  it('rejects the owner itself', async () => {
    await expect(createLoginRole(sql, 'litellm')).rejects.toThrow(
      'LITELLM_HA_DATABASE_LOGIN_ROLE must name another role than the owner of the schema, got "litellm"; ' +
        'the owner logs in with a password, which the server would take from it no more',
    );
  });

  it('rejects a role by which the owner would lose its password, and takes nothing from it', async () => {
    // As whoever creates a role becomes a member of it.
    await sql.query('CREATE ROLE made_by_hand LOGIN');
    await expect(createLoginRole(sql, 'made_by_hand')).rejects.toThrow(
      'the owner litellm must not be a member of rds_iam, nor of a role that is, got one by way of made_by_hand; ' +
        'the server would take no password from it any more: drop the role made_by_hand and run the migration again',
    );
    const again = connect(url, 'litellm', 'wrong');
    await expect(again.writer.query('SELECT 1')).rejects.toThrow('password authentication failed');
    await again.stop();
  });
});
