import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLockedError } from '../../../runtime/database/folder-lock';
import { readSchemaVersion } from '../../../runtime/database/migrate';
import { MIGRATIONS } from '../../../runtime/database/migrations';
import { parseSettings } from '../../../runtime/settings';
import type { Environment } from '../../../runtime/settings';
import { createServerDatabase, openDatabase } from '../../../runtime/wiring/open-database';
import type * as module from '../../../runtime/wiring/open-database';
import type {
  DatabaseOpening,
  OpenDatabase,
  OpenDatabaseParts,
} from '../../../runtime/wiring/open-database';
import { gatewayConfig } from '../../support/gateway-config-builder';
import '../../support/load-pglite';
import { ManualClock } from '../../support/manual-clock';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';

const NEWEST = MIGRATIONS.length;
const NOBODY = 'postgresql://gateway:password@127.0.0.1:9/gateway';

interface Asked {
  readonly environment?: Environment;
  readonly general?: Partial<OpenDatabaseParts['config']['general']>;
}

function partsOf({ environment = {}, general = {} }: Asked, log: string[] = []): OpenDatabaseParts {
  const config = gatewayConfig([]);
  return {
    config: { general: { ...config.general, ...general } },
    settings: parseSettings(environment),
    environment,
    ports: {
      clock: new ManualClock(),
      random: { next: () => 0 },
      writeLog: (line) => void log.push(line),
    },
    patienceMs: Infinity,
  };
}

function requireOpen(opening: DatabaseOpening): OpenDatabase {
  if (opening.kind === 'open') return opening.open;
  throw new Error(opening.reason);
}

describe('openDatabase', () => {
  const folder = mkdtempSync(join(tmpdir(), 'data-'));

  it('says what is missing where neither server nor folder is named', async () => {
    expect(await openDatabase(partsOf({}))).toEqual({
      kind: 'none',
      reason: 'neither DATABASE_URL nor a data folder (LITELLM_HA_DATA_DIR, --data) is set',
    });
  });

  it('opens the store in the data folder, with its schema', async () => {
    const parts = partsOf({ environment: { LITELLM_HA_DATA_DIR: folder } });
    const { database, stop } = requireOpen(await openDatabase(parts));
    expect(database.kind).toBe('embedded');
    expect(await readSchemaVersion(database.writer)).toBe(NEWEST);
    await expect(openDatabase(parts)).rejects.toThrow(FolderLockedError);
    await stop();
    await requireOpen(await openDatabase(parts)).stop();
  });

  it('goes on while the server is away, and tries again until it is stopped', async () => {
    const log: string[] = [];
    const parts = partsOf({ environment: { DATABASE_URL: NOBODY } }, log);
    const { database, stop } = requireOpen(await openDatabase(parts));
    expect(database.kind).toBe('server');
    expect(log).toEqual(['{"schema":"waits","trouble":"connect ECONNREFUSED 127.0.0.1:9"}\n']);
    await stop();
    expect((parts.ports.clock as ManualClock).waiting).toBe(0);
  });

  it('leaves the schema alone where a job brings it up to date', async () => {
    const log: string[] = [];
    const environment = { DATABASE_URL: NOBODY, DISABLE_SCHEMA_UPDATE: 'true' };
    const { stop } = requireOpen(await openDatabase(partsOf({ environment }, log)));
    expect(log).toEqual([]);
    await stop();
  });

  describe('with a server', () => {
    let postgres: PostgresServer;
    let url: string;

    beforeAll(async () => {
      postgres = await startPostgresServer(16);
      url = await postgres.createDatabase('gateway');
    });

    afterAll(() => postgres.stop());

    it('brings its schema up to date, and goes before the folder', async () => {
      const environment = { DATABASE_URL: url, LITELLM_HA_DATA_DIR: folder };
      const { database, stop } = requireOpen(await openDatabase(partsOf({ environment })));
      expect(database.kind).toBe('server');
      expect(await readSchemaVersion(database.writer)).toBe(NEWEST);
      await stop();
    });

    it('goes past a pooler with the schema, and past it only', async () => {
      const [pooled, direct] = await Promise.all([
        postgres.createDatabase('pooled'),
        postgres.createDatabase('direct'),
      ]);
      const environment = { DATABASE_URL: pooled, DIRECT_URL: direct };
      const { database, stop } = requireOpen(await openDatabase(partsOf({ environment })));
      expect(await readSchemaVersion(database.writer)).toBe(0);
      await stop();
      const there = requireOpen(
        await openDatabase(
          partsOf({ environment: { DATABASE_URL: direct, DISABLE_SCHEMA_UPDATE: 'true' } }),
        ),
      );
      expect(await readSchemaVersion(there.database.writer)).toBe(NEWEST);
      await there.stop();
    });

    it('sets nothing behind a pooler, which would keep a connection for it', async () => {
      const bounds = await Promise.all(
        [{}, { DIRECT_URL: url }].map(async (more) => {
          const environment = { DATABASE_URL: url, ...more };
          const database = await createServerDatabase(partsOf({ environment }));
          const rows = await database?.writer.transaction((sql) =>
            sql.query<{ bound: string }>("SELECT current_setting('statement_timeout') AS bound"),
          );
          await database?.stop();
          return rows?.[0]?.bound;
        }),
      );
      expect(bounds).toEqual(['10s', '0']);
    });

    it('rejects a server whose schema breaks this gateway', async () => {
      const parts = partsOf({ environment: { DATABASE_URL: url } });
      const { database, stop } = requireOpen(await openDatabase(parts));
      await database.writer.query(
        `INSERT INTO gateway_migrations (version, name, kind, checksum, applied_at_ms)
         VALUES (99, 'the future', 'breaking', '', 0)`,
      );
      await stop();
      await expect(openDatabase(parts)).rejects.toThrow(
        "the database's schema must be one that this gateway knows, got step 99 (the future), which breaks gateways " +
          `older than it; this one knows ${NEWEST} steps: run the newer gateway`,
      );
    });
  });
});

describe('openDatabase without the package of the store', () => {
  afterEach(() => {
    jest.dontMock('@electric-sql/pglite');
    jest.resetModules();
  });

  it('says what to install', async () => {
    jest.resetModules();
    jest.doMock('@electric-sql/pglite', () => {
      throw new Error('Cannot find module');
    });
    const fresh = jest.requireActual<typeof module>('../../../runtime/wiring/open-database');
    const environment = { LITELLM_HA_DATA_DIR: mkdtempSync(join(tmpdir(), 'data-')) };
    expect(await fresh.openDatabase(partsOf({ environment }))).toEqual({
      kind: 'none',
      reason:
        '@electric-sql/pglite must be installed to keep keys and spend without a database server, got no such package; ' +
        'install it with npm install @electric-sql/pglite@0.5.16, or set DATABASE_URL',
    });
  });
});

describe('createServerDatabase', () => {
  it('is none where nothing names a server', async () => {
    expect(await createServerDatabase(partsOf({}))).toBeNull();
  });

  it('takes the server of the configuration, and its reader', async () => {
    const database = await createServerDatabase(
      partsOf({
        environment: { DATABASE_URL: 'no URL at all' },
        general: { databaseUrl: NOBODY, databaseReaderUrl: NOBODY },
      }),
    );
    expect(database?.kind).toBe('server');
    expect(database?.reader).not.toBe(database?.writer);
    await database?.stop();
  });

  it('rejects an address that is none, and does not repeat it', async () => {
    const general = { databaseReaderUrl: 'mysql://user:password-canary@host/name' };
    const parts = partsOf({ environment: { DATABASE_URL: NOBODY }, general });
    await expect(createServerDatabase(parts)).rejects.toThrow(
      'DATABASE_URL_READ_REPLICA must be a URL such as postgresql://user:password@host:5432/name, got something else; ' +
        'characters such as # / ? @ in a password must be percent-encoded',
    );
  });
});
