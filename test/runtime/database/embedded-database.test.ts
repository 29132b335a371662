import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as module from '../../../runtime/database/embedded-database';
import { EmbeddedDatabase } from '../../../runtime/database/embedded-database';
import { FolderLockedError } from '../../../runtime/database/folder-lock';
import '../../support/load-pglite';
import { itIsADatabase } from './sql.contract';

describe('EmbeddedDatabase', () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  let database: EmbeddedDatabase;

  beforeAll(async () => {
    database = await EmbeddedDatabase.open(folder);
  });

  afterAll(async () => {
    await database.stop();
  });

  itIsADatabase(() => database);

  it('rejects a folder that is open already', async () => {
    await expect(EmbeddedDatabase.open(folder)).rejects.toThrow(FolderLockedError);
    expect(await database.writer.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('keeps what it holds when it is opened again', async () => {
    const other = mkdtempSync(join(tmpdir(), 'store-'));
    const first = await EmbeddedDatabase.open(other);
    await first.writer.query('CREATE TABLE kept (n integer)');
    await first.writer.query('INSERT INTO kept VALUES (7)');
    await first.stop();
    const second = await EmbeddedDatabase.open(other);
    expect(await second.reader.query('SELECT n FROM kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });
});

describe('EmbeddedDatabase without its package', () => {
  afterEach(() => {
    jest.dontMock('@electric-sql/pglite');
    jest.resetModules();
  });

  it('rejects with what to install, and leaves the folder free', async () => {
    jest.resetModules();
    jest.doMock('@electric-sql/pglite', () => {
      throw new Error('Cannot find module');
    });
    const fresh = jest.requireActual<typeof module>('../../../runtime/database/embedded-database');
    const folder = mkdtempSync(join(tmpdir(), 'store-'));
    for (const _attempt of ['first', 'second']) {
      await expect(fresh.EmbeddedDatabase.open(folder)).rejects.toThrow(
        '@electric-sql/pglite must be installed to keep keys and spend without a database server, got no such package; ' +
          'install it with npm install @electric-sql/pglite@0.5.16, or set DATABASE_URL',
      );
    }
  });
});
