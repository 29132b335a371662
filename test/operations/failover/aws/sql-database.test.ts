import {
  createSqlDatabase,
  type SqlStatement,
} from '../../../../operations/failover/aws/sql-database';

/** Answers each statement with the rows of the first pattern that it matches, and keeps what was asked. */
function createDatabase(rows: readonly (readonly [RegExp, readonly Record<string, unknown>[]])[]) {
  const asked: SqlStatement[] = [];
  const hosts: (string | undefined)[] = [];
  const database = createSqlDatabase({
    run: (statements, host) => {
      hosts.push(host);
      asked.push(...statements);
      return Promise.resolve(
        statements.map(({ text }) => rows.find(([pattern]) => pattern.test(text))?.[1] ?? []),
      );
    },
    databaseName: 'lite"llm',
    region: 'us-west-2',
    kind: 'rds',
  });
  return { database, asked, hosts };
}

describe('createSqlDatabase', () => {
  it('fences by a setting of the database, and ends every other session', async () => {
    const { database, asked } = createDatabase([]);
    await database.stopWrites();
    expect(asked.map(({ text, values }) => [text, values ?? []])).toEqual([
      ['ALTER DATABASE "lite""llm" SET default_transaction_read_only = on', []],
      [expect.stringContaining('pg_terminate_backend'), ['lite"llm']],
    ]);
  });

  it('takes the fence back from a session that may write', async () => {
    const { database, asked } = createDatabase([]);
    await database.allowWrites();
    expect(asked.map(({ text }) => text)).toEqual([
      'SET default_transaction_read_only = off',
      'ALTER DATABASE "lite""llm" RESET default_transaction_read_only',
    ]);
  });

  it('tells a replica, its lag and its fence', async () => {
    const { database } = createDatabase([
      [/AS lag/, [{ lag: '4.5' }]],
      [/AS replica/, [{ replica: true }]],
      [/SHOW/, [{ default_transaction_read_only: 'on' }]],
    ]);
    expect(await database.isReplica()).toBe(true);
    expect(await database.readLagSeconds()).toBe(4.5);
    expect(await database.refusesWrites()).toBe(true);
  });

  it('removes the row that it wrote, where it was told to', async () => {
    const { database, asked, hosts } = createDatabase([[/^SELECT boot/, [{ boot: 'one' }]]]);
    await database.writeAndRemoveRow('writer.rds');
    expect(asked.map(({ text }) => text.split(' ')[0])).toEqual(['INSERT', 'SELECT', 'DELETE']);
    expect(hosts).toEqual(['writer.rds']);
  });

  it('rejects a row that cannot be read back', async () => {
    const { database } = createDatabase([]);
    await expect(database.writeAndRemoveRow('writer.rds')).rejects.toThrow(
      new Error('the row that was written could not be read back'),
    );
  });

  it('stores records by their identities, and counts the parts of the ledger again', async () => {
    const { database, asked } = createDatabase([]);
    await database.storeRecords('gateway_ledger', [{ seq: 1 }]);
    expect(asked[0]).toMatchObject({
      text: expect.stringContaining('ON CONFLICT DO NOTHING') as string,
      values: ['[{"seq":1}]'],
    });
    expect(asked[1]?.text).toContain('INSERT INTO gateway_ledger_partitions');
  });
});
