import { parseDatabaseSettings } from '../../../runtime/database/database-settings';
import { PostgresDatabase } from '../../../runtime/database/postgres-database';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { startFaultProxy } from '../../support/fault-proxy';
import type { FaultProxy } from '../../support/fault-proxy';
import { describeWithTool } from '../../support/lab-tool';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import { startPooler } from '../drills/support/postgres-setting';
import { findFreePort } from '../render/program';
import type { Program } from '../render/program';

describeWithTool('pgbouncer', (pgbouncer) => {
  describe('PostgresDatabase behind a PgBouncer whose server is cut', () => {
    let server: PostgresServer;
    let proxy: FaultProxy;
    let pooler: Program;
    let database: PostgresDatabase;

    beforeAll(async () => {
      server = await startPostgresServer(16);
      const url = new URL(await server.createDatabase('litellm'));
      proxy = await startFaultProxy({ host: '127.0.0.1', port: Number(url.port) });
      const port = await findFreePort();
      pooler = startPooler(pgbouncer, {
        port,
        writer: proxy.port,
        user: { name: url.username, password: url.password },
      });
      url.port = String(port);
      const settings = parseDatabaseSettings({
        environment: { DATABASE_URL: url.href },
        configuredUrl: null,
      });
      if (settings === null) throw new Error('no database is configured');
      database = new PostgresDatabase({
        settings,
        poolLimit: 3,
        clock: systemClock,
        random: systemRandom,
        queryTimeoutMs: 2_000,
      });
    });

    afterAll(async () => {
      await database?.stop();
      await pooler?.stop('SIGTERM');
      await proxy?.stop();
      await server?.stop();
    });

    /** Rows that are longer than what passes: the pooler has sent the beginning of one when its server goes. */
    const readLongRows = (): Promise<readonly { readonly length: number }[]> =>
      database.writer.query("SELECT repeat('x', 2500) AS text FROM generate_series(1, 4)");

    it('rejects what was asked, and answers the next question', async () => {
      for (let atByte = 1_000; atByte < 6_000; atByte += 250) {
        proxy.setFault({ kind: 'cut', from: 'server', atByte });
        // The pooler may still have a connection that is whole.
        const failures = await Promise.allSettled(Array.from({ length: 6 }, readLongRows));
        expect(failures.some(({ status }) => status === 'rejected')).toBe(true);
        proxy.setFault(null);
        await expect(answerAgain(readLongRows)).resolves.toHaveLength(4);
        // Connections that are whole must not serve the next turn.
        proxy.cutAll();
      }
    }, 120_000);
  });
});

async function answerAgain<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 40) throw error;
    }
  }
}
