import {
  nameSlot,
  nameSubscription,
  quoteName,
  quoteText,
  REPLICATED_TABLES,
} from '../../lib/render';
import {
  comparePositions,
  parseNotes,
  reduceNotes,
  renderNotes,
  type LogMark,
  type LogNotes,
} from './log-notes';
import type { QueryRegion } from './query-region';

export interface LagInput {
  readonly here: string;
  readonly peer: string;
  /** `away`: told by what is known here. */
  readonly peerIs: 'there' | 'away';
  readonly query: QueryRegion;
  /** Unit: milliseconds. */
  readonly wait: (delayMs: number) => Promise<void>;
}

const CLOCK = 'extract(epoch from clock_timestamp())::float8 AS now';
const READ_MARK = `SELECT pg_current_wal_lsn()::text AS position, ${CLOCK}`;
/** What the slot confirms is on the disk of whoever receives. */
const READ_ARRIVED = `SELECT confirmed_flush_lsn::text AS position, ${CLOCK}
  FROM pg_replication_slots WHERE slot_name = $1`;
/** A position tells nothing while a table is still copied beside it. */
const READ_NOTES = `SELECT obj_description(oid, 'pg_subscription') AS notes, ${CLOCK},
    (SELECT count(*)::int FROM pg_subscription_rel WHERE srsubid = oid AND srsubstate = 'r') AS copied
  FROM pg_subscription WHERE subname = $1`;

/** A position is confirmed within a moment where nothing is behind; so long is waited for it. */
const POLL_MS = 500;
const POLLS = 20;
const NOTHING_ARRIVED = '0/0';

/**
 * For how long at most something that a peer wrote has not arrived here, in seconds; null where it is not known to have been
 * all here ever.
 *
 * PostgreSQL has two clocks for it that mean little here: `pg_stat_replication.replay_lag` is empty while nothing is written,
 * stays as it was while a receiver hangs, and forgets one that is gone; `pg_stat_subscription.latest_end_time` falls behind by
 * half a minute while nothing is written, and counts from when a change was sent, not made. So each run notes where the peer's
 * log stands and when, and looks which of the notes its slot has seen confirmed: all that was written before the newest of
 * those is here. That holds for a peer that is idle, for one that is caught up with, and for one that is away. The notes are
 * the comment of the subscription, and go with it.
 */
export async function measureLag(input: LagInput): Promise<number | null> {
  const { here, peer, query } = input;
  const subscription = nameSubscription(peer);
  const [row] = await query(here, READ_NOTES, [subscription]);
  if (row === undefined) return null;
  const notes = parseNotes(row['notes'] as string | null);
  if (input.peerIs === 'away') return sinceArrival(notes, Number(row['now']));
  const [found] = await query(peer, READ_MARK);
  const mark = { position: String(found?.['position']), atSeconds: Number(found?.['now']) };
  const seen = row['copied'] === REPLICATED_TABLES.length ? await awaitMark(mark, input) : null;
  const noted = reduceNotes(notes, { mark, arrivedPosition: seen?.position ?? NOTHING_ARRIVED });
  await query(
    here,
    `COMMENT ON SUBSCRIPTION ${quoteName(subscription)} IS ${quoteText(renderNotes(noted))}`,
  );
  return sinceArrival(noted, seen?.atSeconds ?? mark.atSeconds);
}

/** What had arrived when the mark had, or when nobody waited any longer. */
async function awaitMark(
  { position }: LogMark,
  { here, peer, query, wait }: LagInput,
): Promise<LogMark | null> {
  let seen: LogMark | null = null;
  for (let poll = 0; poll < POLLS; poll += 1) {
    if (poll > 0) await wait(POLL_MS);
    const [row] = await query(peer, READ_ARRIVED, [nameSlot(here)]);
    if (typeof row?.['position'] !== 'string') return seen;
    seen = { position: row['position'], atSeconds: Number(row['now']) };
    if (comparePositions(position, seen.position) <= 0) return seen;
  }
  return seen;
}

function sinceArrival({ arrived }: LogNotes, nowSeconds: number): number | null {
  if (arrived === null) return null;
  return Math.max(0, Math.round((nowSeconds - arrived.atSeconds) * 10) / 10);
}
