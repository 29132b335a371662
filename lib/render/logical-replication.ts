import {
  CONNECT_SUBSCRIPTION,
  CONNECTION_SETTINGS,
  PLACEHOLDER_PASSWORD,
  renderFillSubscription,
  renderSubscriptionOptions,
} from './subscription';

/** One region that exchanges the gateway's rows with others. */
export interface LogicalReplicationInput {
  /** Region of the database that the script runs against. */
  readonly region: string;
  readonly databaseName: string;
  readonly userName: string;
  readonly peers: readonly LogicalReplicationPeer[];
}

/** A region whose rows are received. */
export interface LogicalReplicationPeer {
  readonly region: string;
  readonly host: string;
  readonly port: number;
}

/** Tables whose rows are only ever added, with the column that names the region which adds them and what identifies them. */
const GROWING_TABLES = [
  { name: 'gateway_changes', regionColumn: 'region', identity: ['stamp'] },
  { name: 'gateway_ledger', regionColumn: 'region', identity: ['region', 'boot', 'seq'] },
  { name: 'gateway_budget_transfers', regionColumn: 'from_region', identity: ['stamp'] },
] as const;

/** Sums of a replica, which that replica alone raises. */
const TOTALS = {
  name: 'gateway_ledger_partitions',
  regionColumn: 'region',
  identity: ['region', 'boot'],
  sums: ['calls', 'max_seq', 'micro_dollars'],
} as const;

const PUBLICATIONS = { rows: 'gateway_rows', totals: 'gateway_totals' } as const;

/** What each region offers, by name. */
export const PUBLICATION_NAMES: readonly string[] = Object.values(PUBLICATIONS);

/** The tables whose rows regions exchange. */
export const REPLICATED_TABLES: readonly string[] = [...GROWING_TABLES, TOTALS].map(
  ({ name }) => name,
);

/** Start of the names of subscriptions, by which the workers show in `pg_stat_replication`. */
export const SUBSCRIPTION_PREFIX = 'gateway_from_';
/** Start of the names of the slots that a region keeps for those who receive its rows. */
export const SLOT_PREFIX = 'gateway_to_';

/** What a region calls the subscription by which it receives the rows of a peer. */
export function nameSubscription(peer: string): string {
  return `${SUBSCRIPTION_PREFIX}${underscored(peer)}`;
}

/** What the peers of a region call the slot that they keep for it. */
export function nameSlot(region: string): string {
  return `${SLOT_PREFIX}${underscored(region)}`;
}

/** Letters, digits and underscores are all that slots and subscriptions take. */
function underscored(region: string): string {
  return region.replaceAll('-', '_');
}

/**
 * SQL that offers the rows of a region to the others. Each publishes what was made in it alone, so no row returns to where
 * it came from, and whoever is new can copy all without meeting a row twice. Rows that are there already are passed over:
 * a copy may be repeated at any time, which is how a lost slot is made good.
 *
 * @see https://www.postgresql.org/docs/16/logical-replication-row-filter.html
 */
export function renderPublications(region: string): string {
  const tables = [...GROWING_TABLES, TOTALS];
  const list = GROWING_TABLES.map(({ name, regionColumn }) =>
    renderFilteredTable(name, regionColumn, region),
  );
  return `BEGIN;
${[...GROWING_TABLES.map(renderSkipKnown), renderRaiseKnown()].join('\n')}
${tables.map(({ name }) => renderTrigger(name)).join('\n')}
DROP PUBLICATION IF EXISTS ${PUBLICATIONS.rows}, ${PUBLICATIONS.totals};
CREATE PUBLICATION ${PUBLICATIONS.rows} FOR TABLE
  ${list.join(',\n  ')}
  WITH (publish = 'insert');
CREATE PUBLICATION ${PUBLICATIONS.totals} FOR TABLE
  ${renderFilteredTable(TOTALS.name, TOTALS.regionColumn, region)}
  WITH (publish = 'insert, update');
COMMIT;
`;
}

/**
 * A script that keeps rows coming from every peer: it offers its own rows, subscribes where it has not, and begins again
 * where a slot was lost. It may be run at any time; a peer that is away is left for the next run. Needs PostgreSQL 16,
 * `psql`, and the address and password of the database in libpq's environment.
 *
 * @see https://www.postgresql.org/docs/16/sql-createsubscription.html
 */
export function renderKeepReplication(input: LogicalReplicationInput): string {
  const tables = REPLICATED_TABLES.map((name) => `'${name}'`).join(', ');
  return `#!/bin/sh
set -eu
folder=$(dirname "$0")
failed=0

run() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"
}

count() {
  run --command="SELECT count(*) FROM $1"
}

if [ "$(count "pg_tables WHERE schemaname = 'public' AND tablename IN (${tables})")" != ${REPLICATED_TABLES.length} ]; then
  echo 'the schema is not there yet: run again after the migration' >&2
  exit 1
fi
if [ "$(count "pg_publication WHERE pubname IN ('${PUBLICATIONS.rows}', '${PUBLICATIONS.totals}')")" != 2 ]; then
  run --file="$folder/publications.sql"
fi

# follow REGION HOST PORT SUBSCRIPTION SLOT
follow() {
  at_peer() { PGHOST="$host" PGPORT="$port" "$@"; }
  region=$1 host=$2 port=$3 subscription=$4 slot=$5
  if ! offered=$(at_peer count "pg_publication WHERE pubname IN ('${PUBLICATIONS.rows}', '${PUBLICATIONS.totals}')"); then
    echo "$region is not reached" >&2
    failed=1
    return
  fi
  if [ "$offered" != 2 ]; then
    echo "$region offers nothing yet" >&2
    failed=1
    return
  fi
  kept=$(at_peer count "pg_replication_slots WHERE slot_name = '$slot' AND wal_status <> 'lost'")
  known=$(count "pg_subscription WHERE subname = '$subscription'")
  whole=$(count "pg_subscription s WHERE subname = '$subscription' AND subenabled AND (SELECT count(*) FROM pg_subscription_rel WHERE srsubid = s.oid) = ${REPLICATED_TABLES.length}")
  if [ "$kept" = 1 ] && [ "$whole" = 1 ]; then
    return
  fi
  if [ "$known" = 1 ] && [ "$kept" != 1 ]; then
    echo "the slot in $region was lost: copying again" >&2
    run --command="ALTER SUBSCRIPTION $subscription DISABLE"
    run --command="ALTER SUBSCRIPTION $subscription SET (slot_name = NONE)"
    run --command="DROP SUBSCRIPTION $subscription"
  fi
  if [ "$known" != 1 ] || [ "$kept" != 1 ]; then
    at_peer run --command="SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '$slot' AND NOT active" >/dev/null
    at_peer run --command="SELECT pg_create_logical_replication_slot('$slot', 'pgoutput')" >/dev/null
  fi
  PEER_HOST="$host" PEER_PORT="$port" SUBSCRIPTION="$subscription" SLOT="$slot" run --file="$folder/subscription.sql"
  echo "receiving from $region" >&2
}

${input.peers
  .map(
    ({ region, host, port }) =>
      `follow ${region} ${host} ${port} ${SUBSCRIPTION_PREFIX}${underscored(region)} ${SLOT_PREFIX}${underscored(input.region)}`,
  )
  .join('\n')}
exit "$failed"
`;
}

/**
 * SQL that receives the rows of one peer, for `psql`; names and password come from the environment, so that they show in no
 * list, and no statement that is logged holds the password. The slot has to be there. May be run again.
 */
export function renderSubscription({
  databaseName,
  userName,
}: Pick<LogicalReplicationInput, 'databaseName' | 'userName'>): string {
  return `\\getenv host PEER_HOST
\\getenv port PEER_PORT
\\getenv password PGPASSWORD
\\getenv subscription SUBSCRIPTION
\\getenv slot SLOT
\\getenv sslmode PGSSLMODE
\\set address 'host=' :host ' port=' :port ' dbname=${databaseName} user=${userName} sslmode=' :sslmode ' connect_timeout=10'
\\set unconnected :address ' password=${PLACEHOLDER_PASSWORD}'
\\set connection :address ' password=' :password
SELECT count(*) = 0 AS absent FROM pg_subscription WHERE subname = :'subscription' \\gset
\\if :absent
CREATE SUBSCRIPTION :subscription
  CONNECTION :'unconnected'
  PUBLICATION ${PUBLICATION_NAMES.join(', ')}
  WITH (slot_name = :'slot', ${renderSubscriptionOptions()});
\\endif
SELECT set_config('${CONNECTION_SETTINGS.subscription}', :'subscription', false) AS named,
  set_config('${CONNECTION_SETTINGS.connection}', :'connection', false) AS connected \\gset
${CONNECT_SUBSCRIPTION}
${renderFillSubscription(':subscription').join('\n')}
`;
}

function renderFilteredTable(name: string, column: string, region: string): string {
  return `public.${name} WHERE (${column} = '${region}')`;
}

function renderMatch(identity: readonly string[]): string {
  return identity.map((column) => `known.${column} = NEW.${column}`).join(' AND ');
}

function renderSkipKnown({
  name,
  identity,
}: {
  readonly name: string;
  readonly identity: readonly string[];
}): string {
  return `CREATE OR REPLACE FUNCTION public.${name}_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF EXISTS (SELECT FROM public.${name} known WHERE ${renderMatch(identity)}) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $body$;`;
}

function renderRaiseKnown(): string {
  const { name, identity, sums } = TOTALS;
  const raised = sums
    .map((column) => `${column} = greatest(known.${column}, NEW.${column})`)
    .join(', ');
  return `CREATE OR REPLACE FUNCTION public.${name}_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  UPDATE public.${name} known SET ${raised} WHERE ${renderMatch(identity)};
  IF FOUND THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $body$;`;
}

/** A trigger of replication alone: what the gateway itself writes does not pass it. */
function renderTrigger(name: string): string {
  return `CREATE OR REPLACE TRIGGER ${name}_once BEFORE INSERT ON public.${name}
  FOR EACH ROW EXECUTE FUNCTION public.${name}_once();
ALTER TABLE public.${name} ENABLE REPLICA TRIGGER ${name}_once;`;
}
