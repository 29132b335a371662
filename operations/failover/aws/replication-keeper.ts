import type { PeerAddress } from '../../../lib/render';
import { keepReplication, type ReplicationReport } from '../../replication/keep-replication';
import { withRegions } from '../../replication/with-regions';
import { requireSecret } from './database-login';
import type { ExecutorSettings } from './executor-settings';
import { renderReplicationMetrics } from './replication-metrics';

/** What the clock of a region asks for every few minutes. */
export interface KeepReplicationEvent {
  readonly kind: 'keep-replication';
}

/** Keeps rows coming from other regions, and says how far behind this one is. */
export interface ReplicationKeeper {
  /** @throws {Error} where this region's own database does not answer, or has no schema yet. */
  keep(): Promise<unknown>;
  /** How far it is behind the peer of which it lacks most. Infinite while it has not all of a peer's rows of before. */
  readLagSeconds(): Promise<number>;
}

export interface ReplicationKeeperInput {
  readonly settings: ExecutorSettings;
  readonly readSecret: (id: string) => Promise<string>;
  readonly writeLog: (line: string) => void;
  /** Unit: milliseconds. */
  readonly wait: (delayMs: number) => Promise<void>;
  readonly readNowMs: () => number;
}

/** Another run is over by then: it waits for its peers no longer. */
const TURNS = { attempts: 5, pauseMs: 5_000 } as const;

/** Null: this region exchanges no rows with others. */
export function createReplicationKeeper(input: ReplicationKeeperInput): ReplicationKeeper | null {
  const { settings, writeLog, wait, readNowMs } = input;
  const { region, exchange } = settings;
  if (exchange === null) return null;
  const metrics = (report: ReplicationReport | null): readonly string[] =>
    renderReplicationMetrics({
      gateway: exchange.gateway,
      region,
      report,
      nowMs: readNowMs(),
    });
  return {
    keep: async () => {
      try {
        const report = await run(input);
        if (report === null) return { status: 'another run is at it' };
        for (const line of [JSON.stringify({ replication: report }), ...metrics(report)]) {
          writeLog(line);
        }
        return report;
      } catch (error) {
        for (const line of metrics(null)) writeLog(line);
        throw error;
      }
    },
    readLagSeconds: async () => {
      for (let attempt = 1; attempt <= TURNS.attempts; attempt += 1) {
        const report = await run(input);
        if (report !== null) return worstLag(report);
        await wait(TURNS.pauseMs);
      }
      throw new Error('another run keeps the replication; try again when it is over');
    },
  };
}

async function run({
  settings: { region, database, exchange },
  readSecret,
  wait,
}: ReplicationKeeperInput): Promise<ReplicationReport | null> {
  const { password } = JSON.parse(await readSecret(requireSecret(database))) as {
    readonly password: string;
  };
  const addressOf = (host: string): PeerAddress => ({
    host,
    port: database.port,
    databaseName: database.databaseName,
    userName: database.userName,
    sslMode: 'require',
  });
  const peers = (exchange?.peers ?? []).map((peer) => ({
    region: peer.region,
    ...addressOf(peer.host),
  }));
  const addresses = Object.fromEntries([
    [region, addressOf(database.writerHost)],
    ...peers.map((peer) => [peer.region, peer] as const),
  ]);
  return withRegions({ addresses, password }, (query) =>
    keepReplication({ region, peers, password, query, wait }),
  );
}

function worstLag({ peers }: ReplicationReport): number {
  return Math.max(0, ...peers.map(({ lagSeconds }) => lagSeconds ?? Number.POSITIVE_INFINITY));
}
