import {
  CONNECT_SUBSCRIPTION,
  CONNECTION_SETTINGS,
  nameSlot,
  nameSubscription,
  type PeerAddress,
  PUBLICATION_NAMES,
  quoteName,
  renderConnection,
  renderCreateSubscription,
  renderFillSubscription,
  renderPublications,
  REPLICATED_TABLES,
} from '../../lib/render';
import { describeError } from '../describe-error';
import { measureLag } from './measure-lag';
import type { QueryRegion } from './query-region';

export interface KeepReplicationInput {
  /** Region of the database that receives. */
  readonly region: string;
  readonly peers: readonly ReplicationPeer[];
  readonly password: string;
  readonly query: QueryRegion;
  /** Unit: milliseconds. */
  readonly wait: (delayMs: number) => Promise<void>;
}

export interface ReplicationPeer extends PeerAddress {
  readonly region: string;
}

/** What was found, and what was done about it. Free of secrets. */
export interface ReplicationReport {
  readonly region: string;
  readonly peers: readonly PeerReport[];
  readonly heldBack: readonly HeldBackLog[];
}

export interface PeerReport {
  readonly peer: string;
  /**
   * `kept`: nothing was to be done. `copying`: nor was there, but rows of before still arrive. `begun`: it receives from now
   * on. `begun-again`: what was lost is copied. `told-again`: it had stopped, and was told anew whom to receive from.
   * `failed`: left for the next run.
   */
  readonly state: 'kept' | 'copying' | 'begun' | 'begun-again' | 'told-again' | 'failed';
  /** For how long at most what the peer wrote has not arrived here. Unit: seconds. Null: it never had all. */
  readonly lagSeconds: number | null;
  readonly detail: string;
}

/** What this region keeps of its log until a peer has received it. */
export interface HeldBackLog {
  readonly peer: string;
  readonly bytes: number;
}

/** One run at a time: two would take a slot that was just made for a left one. The number is no one else's. */
const TAKE_TURN = `SELECT pg_try_advisory_lock(${0x6761_7465}) AS taken`;

const COUNT_TABLES =
  "SELECT count(*)::int AS count FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY ($1)";
const COUNT_PUBLICATIONS =
  'SELECT count(*)::int AS count FROM pg_publication WHERE pubname = ANY ($1)';

/** One that is lost holds nothing any more. */
const FIND_SLOT =
  "SELECT active FROM pg_replication_slots WHERE slot_name = $1 AND wal_status <> 'lost'";

const FIND_SUBSCRIPTION = `SELECT subenabled AS enabled,
    (SELECT count(*)::int FROM pg_subscription_rel WHERE srsubid = oid) AS tables,
    (SELECT count(*)::int FROM pg_subscription_rel WHERE srsubid = oid AND srsubstate = 'r') AS copied
  FROM pg_subscription WHERE subname = $1`;

const DROP_SLOT =
  'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND NOT active';
const CREATE_SLOT = "SELECT pg_create_logical_replication_slot($1, 'pgoutput')";

/** Of a lost slot nothing is kept. */
const HELD_BACK = `SELECT slot_name AS slot,
    coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 AS bytes
  FROM pg_replication_slots WHERE slot_name = ANY ($1)`;

/**
 * Keeps rows coming from every peer: offers the region's own, receives where it does not yet, copies again where a slot was
 * lost, and says how far behind it is. It may be run at any time and stopped at any point; a peer that is away is left for the
 * next run. What `renderKeepReplication` is to a shell, for where no `psql` runs.
 *
 * The user owns the tables, and may replicate and subscribe: on RDS its master user, which holds `rds_replication` and
 * `pg_create_subscription` through `rds_superuser`; elsewhere one with REPLICATION and the latter role.
 *
 * Null: another run is at it.
 *
 * @throws {Error} when the region's own database does not answer, or has no schema yet.
 */
export async function keepReplication(
  input: KeepReplicationInput,
): Promise<ReplicationReport | null> {
  const { region, peers, query } = input;
  const [turn] = await query(region, TAKE_TURN);
  if (turn?.['taken'] !== true) return null;
  await offerRows(input);
  const reports: PeerReport[] = [];
  // One after another: the session's settings hold one connection at a time.
  for (const peer of peers) reports.push(await followSafely(peer, input));
  return { region, peers: reports, heldBack: await readHeldBack(input) };
}

async function offerRows({ region, query }: KeepReplicationInput): Promise<void> {
  if (
    (await readCount(query, region, [COUNT_TABLES, REPLICATED_TABLES])) !== REPLICATED_TABLES.length
  ) {
    throw new Error('the schema is not there yet: it is brought by the rollout of the gateway');
  }
  if (!(await offersRows(query, region))) await query(region, renderPublications(region));
}

async function offersRows(query: QueryRegion, region: string): Promise<boolean> {
  const count = await readCount(query, region, [COUNT_PUBLICATIONS, PUBLICATION_NAMES]);
  return count === PUBLICATION_NAMES.length;
}

async function readCount(
  query: QueryRegion,
  where: string,
  [text, names]: readonly [string, unknown],
): Promise<number> {
  return Number((await query(where, text, [names]))[0]?.['count']);
}

/** What fails between two regions keeps nobody from the others; the lag is told all the same. */
async function followSafely(
  peer: ReplicationPeer,
  input: KeepReplicationInput,
): Promise<PeerReport> {
  const { region, query, wait } = input;
  const measure = (peerIs: 'there' | 'away'): Promise<number | null> =>
    measureLag({ here: region, peer: peer.region, peerIs, query, wait });
  try {
    const follow = await followPeer(peer, input);
    return { peer: peer.region, ...follow, lagSeconds: await measure('there') };
  } catch (error) {
    return {
      peer: peer.region,
      state: 'failed',
      detail: describeError(error),
      lagSeconds: await measure('away'),
    };
  }
}

async function followPeer(
  peer: ReplicationPeer,
  { region, query, password }: KeepReplicationInput,
): Promise<Pick<PeerReport, 'state' | 'detail'>> {
  const there = peer.region;
  const subscription = nameSubscription(there);
  const slot = nameSlot(region);
  if (!(await offersRows(query, there))) {
    throw new Error(`${there} offers nothing yet`);
  }
  const [kept] = await query(there, FIND_SLOT, [slot]);
  const slotIsThere = kept !== undefined;
  const found = await findSubscription(query, region, subscription);
  // One that nobody takes from may have been told a password, or a place, that holds no longer; it is told again.
  if (found !== null && kept?.['active'] === true && isWhole(found)) {
    if (found.copied === REPLICATED_TABLES.length) {
      return { state: 'kept', detail: `rows of ${there} arrive` };
    }
    return { state: 'copying', detail: `${found.copied} of ${found.tables} tables are copied` };
  }
  if (found !== null && !slotIsThere) {
    for (const text of renderForgetSubscription(subscription)) await query(region, text);
  }
  if (found === null || !slotIsThere) {
    await query(there, DROP_SLOT, [slot]);
    await query(there, CREATE_SLOT, [slot]);
    await query(
      region,
      renderCreateSubscription({
        subscription,
        slot,
        address: peer,
        publications: PUBLICATION_NAMES,
      }),
    );
  }
  await query(
    region,
    `SELECT set_config('${CONNECTION_SETTINGS.subscription}', $1, false), set_config('${CONNECTION_SETTINGS.connection}', $2, false)`,
    [subscription, renderConnection(peer, password)],
  );
  await query(region, CONNECT_SUBSCRIPTION);
  for (const text of renderFillSubscription(quoteName(subscription))) await query(region, text);
  if (found === null) return { state: 'begun', detail: `receiving from ${there}` };
  return slotIsThere
    ? { state: 'told-again', detail: `told again how ${there} is reached` }
    : { state: 'begun-again', detail: `the slot in ${there} was lost: copying again` };
}

interface FoundSubscription {
  readonly enabled: boolean;
  readonly tables: number;
  readonly copied: number;
}

async function findSubscription(
  query: QueryRegion,
  where: string,
  name: string,
): Promise<FoundSubscription | null> {
  const [row] = await query(where, FIND_SUBSCRIPTION, [name]);
  return (row as FoundSubscription | undefined) ?? null;
}

function isWhole({ enabled, tables }: FoundSubscription): boolean {
  return enabled && tables === REPLICATED_TABLES.length;
}

/** Without its slot a subscription is given up here alone. */
function renderForgetSubscription(name: string): readonly string[] {
  return [
    `ALTER SUBSCRIPTION ${quoteName(name)} DISABLE`,
    `ALTER SUBSCRIPTION ${quoteName(name)} SET (slot_name = NONE)`,
    `DROP SUBSCRIPTION ${quoteName(name)}`,
  ];
}

async function readHeldBack({
  region,
  peers,
  query,
}: KeepReplicationInput): Promise<readonly HeldBackLog[]> {
  const bySlot = new Map(peers.map((peer) => [nameSlot(peer.region), peer.region]));
  const rows = await query(region, HELD_BACK, [[...bySlot.keys()]]);
  return rows.flatMap(({ slot, bytes }) => {
    const peer = bySlot.get(String(slot));
    return peer === undefined ? [] : [{ peer, bytes: Number(bytes) }];
  });
}
