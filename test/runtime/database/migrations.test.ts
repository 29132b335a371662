import type { Database } from '../../../runtime/database/sql';
import { createDsqlDatabase } from '../../support/dsql-server';
import { startPostgresServer, type PostgresServer } from '../../support/postgres-server';
import { itIsADatabase } from './sql.contract';

describe('MIGRATIONS, and the stores over them, on what refuses as Aurora DSQL does', () => {
  let server: PostgresServer;
  let database: Database;

  beforeAll(async () => {
    server = await startPostgresServer(16);
    database = createDsqlDatabase(await server.createDatabase('contract'));
  });

  afterAll(async () => {
    await database.stop();
    await server.stop();
  });

  itIsADatabase(() => database);

  it.each([
    ['SET LOCAL statement_timeout = 1', 'SET is not supported'],
    ['SELECT pg_advisory_xact_lock(1)', 'advisory locks are not supported'],
    ['SAVEPOINT one', 'SAVEPOINT is not supported'],
    ['CREATE INDEX late ON gateway_changes (kind)', 'please use CREATE INDEX ASYNC'],
    ['CREATE TABLE t (s text COLLATE "C")', 'COLLATE is not supported'],
    ['CREATE TABLE t (n integer REFERENCES u)', 'unsupported statement'],
    ['BEGIN; SELECT 1', 'multiple statements are not supported'],
  ])('rejects %s, as the real one does', async (statement, message) => {
    await expect(database.writer.query(statement)).rejects.toThrow(message);
  });

  it('rejects two changes of the schema in a transaction, one beside rows, and too many rows', async () => {
    const together = (...statements: readonly string[]): Promise<unknown> =>
      database.writer.transaction(async (sql) => {
        for (const statement of statements) await sql.query(statement);
      });
    const row = `INSERT INTO gateway_ledger_partitions VALUES ('eu', 'one', 0, 0, 0)`;
    await expect(
      together('CREATE TABLE a (n integer)', 'CREATE TABLE b (n integer)'),
    ).rejects.toThrow('multiple ddl statements');
    await expect(together(row, 'CREATE TABLE a (n integer)')).rejects.toThrow('ddl and dml');
    await expect(together('CREATE TABLE a (n integer)', row)).rejects.toThrow('ddl and dml');
    const rows = `INSERT INTO gateway_ledger_partitions
      SELECT 'eu', n::text, 0, 0, 0 FROM generate_series(1, 3001) AS n`;
    await expect(together(rows)).rejects.toThrow('transaction row limit exceeded');
  });
});
