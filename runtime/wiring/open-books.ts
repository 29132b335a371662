import { join } from 'node:path';
import { SqlLedgerStore } from '../database/sql-ledger-store';
import type { Database } from '../database/sql';
import { FileSpool } from '../ledger/file-spool';
import { Ledger } from '../ledger/ledger';
import type { LedgerStore, Partition, StandingPayer } from '../ledger/ledger-entry';
import { MemorySpool } from '../ledger/memory-spool';
import { Reconciler } from '../ledger/reconciler';
import { Shipper } from '../ledger/shipper';
import type { Spool } from '../ledger/spool';
import type { Ports } from '../ports';
import type { StateStatus } from '../telemetry/render-state-metrics';

export interface BooksParts {
  readonly database: Database;
  readonly partition: Partition;
  /** Null: what is not stored yet ends with the process. */
  readonly dataFolder: string | null;
  /** Whose budgets there are beside those of keys, users and teams. */
  readonly standing: readonly StandingPayer[];
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
}

/** Who spent what: written down here, stored in the database, and compared. */
export interface Books {
  readonly ledger: Ledger;
  readonly store: LedgerStore;
  readonly status: Pick<StateStatus, 'spool' | 'ledgerDifference'>;
  start(): void;
  stop(delivery: 'deliver' | 'leave'): Promise<void>;
}

/** A pooler that fails over takes about as long; what is left then is stored by the next start. Unit: milliseconds. */
const LAST_DELIVERY_MS = 5_000;

/** Takes over what former boots left in the data folder. */
export async function openBooks(parts: BooksParts): Promise<Books> {
  const { clock, random } = parts.ports;
  const spool = await openSpool(parts);
  const ledger = new Ledger(spool, parts.standing);
  const store = new SqlLedgerStore(parts.database);
  const shipper = new Shipper({ spool, store, clock, random });
  const reconciler = new Reconciler({ shipper, store, own: parts.partition, clock, random });
  return {
    ledger,
    store,
    get status() {
      return {
        spool: { ...spool.status, oldestAgeSeconds: shipper.oldestAgeSeconds },
        ledgerDifference:
          reconciler.comparedAgoSeconds === null ? null : reconciler.differenceMicroDollars,
      };
    },
    start: () => {
      shipper.start();
      reconciler.start();
    },
    stop: async (delivery) => {
      reconciler.stop();
      await spool.flush();
      await shipper.stop(delivery === 'deliver' ? LAST_DELIVERY_MS : 0);
      await spool.stop();
    },
  };
}

async function openSpool({ partition, dataFolder, ports }: BooksParts): Promise<Spool> {
  if (dataFolder === null) return new MemorySpool(partition);
  const spool = new FileSpool({
    folder: join(dataFolder, 'spool'),
    partition,
    clock: ports.clock,
    warn: (message) => ports.writeLog(`${JSON.stringify({ warning: message })}\n`),
  });
  await spool.start();
  return spool;
}
