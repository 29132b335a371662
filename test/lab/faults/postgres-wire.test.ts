import { parseDatabaseSettings } from '../../../runtime/database/database-settings';
import { migrate } from '../../../runtime/database/migrate';
import { PostgresDatabase } from '../../../runtime/database/postgres-database';
import { SqlLedgerStore } from '../../../runtime/database/sql-ledger-store';
import { systemClock, systemRandom } from '../../../runtime/system-ports';
import { EMPTY_DIGEST, reduceDigest } from '../../../runtime/ledger/digest';
import type { LedgerBatch } from '../../../runtime/ledger/ledger-entry';
import { startFaultProxy } from '../../support/fault-proxy';
import type { FaultProxy, WireFault } from '../../support/fault-proxy';
import { entries } from '../../support/ledger-builder';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import { DRILL } from '../drills/support/drill-scale';

function open(url: string): PostgresDatabase {
  const settings = parseDatabaseSettings({
    environment: { DATABASE_URL: url },
    configuredUrl: null,
  });
  if (settings === null) throw new Error('no database is configured');
  return new PostgresDatabase({
    settings,
    poolLimit: 1,
    clock: systemClock,
    random: systemRandom,
    // A changed length makes the driver wait for bytes that never come.
    queryTimeoutMs: 150,
  });
}

function stepThrough(bytes: number): readonly number[] {
  return Array.from({ length: Math.ceil(bytes / STRIDE) }, (_, index) => index * STRIDE);
}

/** A connection that is spoilt may be used once more before it is known to be; a busy machine may miss a bound. */
async function repeat<Result>(work: () => Promise<Result>): Promise<Result> {
  let failure: unknown = null;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

const AT_ONCE = 16;
/** About what a client sends until it has stored a batch, and a little less. */
const CLIENT_BYTES = 1_500;
const ENTRIES = 3;
/** Every so many bytes are spoilt in turn; a prime, so that all places of a message have theirs. */
const STRIDE = DRILL.scale({ short: 5, full: 1 });

describe('PostgresDatabase on a wire that spoils what passes', () => {
  let server: PostgresServer;
  let proxies: readonly FaultProxy[];
  let url: string;
  let direct: PostgresDatabase;

  beforeAll(async () => {
    server = await startPostgresServer(16, { max_connections: '200' });
    url = await server.createDatabase('spoilt');
    direct = open(url);
    await migrate(direct.writer);
    const target = { host: '127.0.0.1', port: Number(new URL(url).port) };
    proxies = await Promise.all(Array.from({ length: AT_ONCE }, () => startFaultProxy(target)));
  });

  afterAll(async () => {
    await direct.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await server.stop();
  });

  /** Delivers a batch over a spoilt connection, as often as a shipper would, and then over a whole one. */
  async function deliver(proxy: FaultProxy, boot: string, fault: WireFault): Promise<void> {
    const spoilt = new URL(url);
    spoilt.port = String(proxy.port);
    const database = open(spoilt.href);
    const store = new SqlLedgerStore(database);
    const rows = entries(1, ENTRIES);
    const partition = { region: 'eu', boot };
    const batch: LedgerBatch = {
      partition,
      entries: rows,
      digest: reduceDigest(EMPTY_DIGEST, rows),
    };
    proxy.setFault(fault);
    try {
      await store.write(batch).catch(() => undefined);
      proxy.setFault(null);
      await repeat(() => store.write(batch));
      // It answers; what stands in an answer nobody can vouch for on a wire without TLS.
      await repeat(() => database.writer.query('SELECT 1 AS n'));
    } finally {
      await database.stop();
    }
  }

  async function deliverAll(name: string, faults: readonly WireFault[]): Promise<void> {
    const queue = faults.map((fault, index) => ({ fault, boot: `${name}-${index}` }));
    const boots = queue.map(({ boot }) => boot);
    await Promise.all(
      proxies.map(async (proxy) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          await deliver(proxy, next.boot, next.fault);
        }
      }),
    );
    const stored = await direct.writer.query<{ readonly boot: string; readonly rows: number }>(
      'SELECT boot, count(*)::int AS rows FROM gateway_ledger WHERE boot LIKE $1 GROUP BY boot',
      [`${name}-%`],
    );
    const byBoot = new Map(stored.map(({ boot, rows }) => [boot, rows]));
    const [open] = await direct.writer.query<{ readonly count: number }>(
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = 'spoilt'",
    );
    // The one that asks, and those that are just saying good-bye.
    expect(open?.count).toBeLessThan(AT_ONCE);
    const wrong = boots.filter((boot) => byBoot.get(boot) !== ENTRIES);
    expect(wrong.map((boot) => faults[boots.indexOf(boot)])).toEqual([]);
  }

  /** What the server sends while a batch is stored. */
  async function record(): Promise<Buffer> {
    const [proxy] = proxies;
    if (proxy === undefined) throw new Error('there is no proxy');
    await deliver(proxy, 'measure', { kind: 'flip', atByte: Number.MAX_SAFE_INTEGER, mask: 1 });
    return proxy.longest;
  }

  it(
    'loses and doubles nothing, wherever the connection is cut',
    async () => {
      const { length: bytes } = await record();
      expect(bytes).toBeGreaterThan(500);
      const cuts = (from: 'server' | 'client', upTo: number): readonly WireFault[] =>
        stepThrough(upTo).map((atByte) => ({ kind: 'cut', from, atByte }) as const);
      await deliverAll('cut-server', cuts('server', bytes));
      await deliverAll('cut-client', cuts('client', CLIENT_BYTES));
    },
    DRILL.timeoutMs,
  );

  it(
    'loses and doubles nothing, whichever byte of the server is changed',
    async () => {
      const { length: bytes } = await record();
      const faults = stepThrough(bytes).map(
        (atByte) => ({ kind: 'flip', atByte, mask: 1 + ((atByte * 97) % 255) }) as const,
      );
      await deliverAll('flip', faults);
    },
    DRILL.timeoutMs,
  );

  it(
    'loses and doubles nothing, whichever message is taken for another one',
    async () => {
      const recorded = await record();
      const faults: WireFault[] = [];
      for (let at = 0; at + 5 <= recorded.length; at += 1 + recorded.readUInt32BE(at + 1)) {
        for (const type of Buffer.from('123ACDEGHIKNRSTWZcdnst')) {
          const mask = type ^ recorded.readUInt8(at);
          if (mask !== 0) faults.push({ kind: 'flip', atByte: at, mask });
        }
      }
      await deliverAll('retype', faults);
    },
    DRILL.timeoutMs,
  );

  it(
    'loses and doubles nothing, whatever comes between two bytes of the server',
    async () => {
      const { length: bytes } = await record();
      const nonsense = [
        Buffer.from('D\0\0\0\u0010\0\u0001\0\0\0\u00ff', 'latin1'),
        Buffer.from('Z\0\0\0\u0005I', 'latin1'),
        Buffer.from('R\0\0\0\u0008\0\0\0\u0005', 'latin1'),
        Buffer.from('HTTP/1.1 503 Service Unavailable\r\n\r\n'),
        Buffer.alloc(64, 0xff),
      ];
      const faults = stepThrough(bytes).map(
        (atByte, index) =>
          ({
            kind: 'insert',
            atByte,
            bytes: nonsense[index % nonsense.length] ?? Buffer.alloc(0),
          }) as const,
      );
      await deliverAll('insert', faults);
    },
    DRILL.timeoutMs,
  );
});
