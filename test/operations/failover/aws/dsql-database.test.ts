import {
  createDsqlDatabase,
  createDsqlReplication,
} from '../../../../operations/failover/aws/dsql-database';
import type { RunSql, SqlStatement } from '../../../../operations/failover/aws/sql-database';

const NO_WRITER = 'each region of Aurora DSQL takes writes; nothing in it is fenced or promoted';

function open(run?: RunSql) {
  const statements: SqlStatement[] = [];
  const hosts: (string | undefined)[] = [];
  const database = createDsqlDatabase({
    run:
      run ??
      ((some, host) => {
        statements.push(...some);
        hosts.push(host);
        return Promise.resolve(some.map(() => [{ boot: 'found' }]));
      }),
    databaseName: 'postgres',
    region: 'us-east-1',
  });
  return { database, statements, hosts };
}

describe('createDsqlDatabase', () => {
  it('is never a replica, as long as it answers', async () => {
    const { database, statements } = open();
    expect(await database.isReplica()).toBe(false);
    expect(statements).toEqual([{ text: 'SELECT 1' }]);
    const away = open(() => Promise.reject(new Error('no route'))).database;
    await expect(away.isReplica()).rejects.toThrow('no route');
  });

  it('is never behind and refuses no writes', async () => {
    const { database, statements } = open();
    expect(await database.readLagSeconds()).toBe(0);
    expect(await database.refusesWrites()).toBe(false);
    expect(statements).toEqual([]);
  });

  it('writes a row as any PostgreSQL, one statement at a time', async () => {
    const { database, statements, hosts } = open();
    await database.writeAndRemoveRow('abc.dsql.us-east-1.on.aws');
    expect(hosts).toEqual(['abc.dsql.us-east-1.on.aws']);
    expect(statements.map(({ text }) => text.trim().split(' ')[0])).toEqual([
      'INSERT',
      'SELECT',
      'DELETE',
    ]);
  });

  it('rejects what only a writer is asked for', async () => {
    const { database } = open();
    await expect(database.stopWrites()).rejects.toThrow(NO_WRITER);
    await expect(database.allowWrites()).rejects.toThrow(NO_WRITER);
    await expect(database.readReceiptMark()).rejects.toThrow(NO_WRITER);
  });
});

describe('createDsqlReplication', () => {
  it('rejects every wish', async () => {
    const replication = createDsqlReplication();
    await expect(replication.promote('forced')).rejects.toThrow(NO_WRITER);
    await expect(replication.follows('us-east-2')).rejects.toThrow(NO_WRITER);
    await expect(replication.rebuildFrom('us-east-2')).rejects.toThrow(NO_WRITER);
  });
});
