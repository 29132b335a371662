import { renderDumpFunctions, type DumpFolder } from './backup-script';

/** Environment variable without which nothing is restored: it has to name the database. */
export const RESTORE_CONFIRMATION = 'CONFIRM_RESTORE_INTO';

/** Environment variable that names a dump; without it the newest is taken. */
export const CHOSEN_DUMP = 'DUMP';

/** A dump each day, and a day of delay. */
const MAX_AGE_DAYS = 2;

/**
 * A POSIX shell script that puts a dump into the database, in one transaction: either all of it is restored or nothing
 * changes. It refuses without `CONFIRM_RESTORE_INTO`, because whatever was written since the dump is lost.
 *
 * @see guide, "Recovery Procedures"
 */
export function renderRestoreScript({ databaseName, folder }: DumpFolder): string {
  return `#!/bin/sh
set -eu
folder='${folder}'
${renderDumpFunctions(databaseName)}
list_dumps() { ls "$folder" | only_dumps; }
[ "\${${RESTORE_CONFIRMATION}:-}" = "$PGDATABASE" ] ||
  fail "set ${RESTORE_CONFIRMATION} to $PGDATABASE to lose what was written since the dump"
name=$(choose_dump)
verify_dump "$folder" "$name"
pg_restore --clean --if-exists --no-owner --no-privileges --single-transaction --exit-on-error \\
  --dbname="$PGDATABASE" "$folder/$name"
echo "backup: restored $name into $PGDATABASE"
`;
}

/**
 * A POSIX shell script that restores the newest dump into a PostgreSQL of its own, which listens to nobody else, and
 * counts the rows of every table. It also fails when the newest dump is too old: a backup that stopped tells nobody.
 */
export function renderRestoreTestScript(
  input: DumpFolder & {
    /** Empty folder for the database that is thrown away. */
    readonly workFolder: string;
  },
): string {
  return `#!/bin/sh
set -eu
umask 077
folder='${input.folder}'
work=$(mktemp -d '${input.workFolder}/restore-XXXXXX')
${renderDumpFunctions(input.databaseName)}
list_dumps() { ls "$folder" | only_dumps; }
stop_postgres() {
  [ ! -e "$work/data/postmaster.pid" ] || pg_ctl --pgdata="$work/data" --mode=immediate stop > /dev/null
  rm -rf "$work"
}
trap stop_postgres EXIT
trap 'exit 143' TERM INT

name=$(choose_dump)
oldest=$(date -u -d "@$(($(date +%s) - ${MAX_AGE_DAYS * 86400}))" +${input.databaseName}-%Y%m%dT%H%M%SZ.dump)
[ "$(printf '%s\\n%s\\n' "$oldest" "$name" | sort | head -n 1)" = "$oldest" ] ||
  fail "the newest dump is more than ${MAX_AGE_DAYS} days old: $name"
verify_dump "$folder" "$name"

initdb --pgdata="$work/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C \\
  --no-sync > /dev/null
pg_ctl --pgdata="$work/data" --wait --log="$work/log" start > /dev/null \\
  --options="-c listen_addresses='' -c unix_socket_directories='$work' -c fsync=off" ||
  { cat "$work/log" >&2; fail 'the throw-away PostgreSQL does not start'; }
createdb --host="$work" --username=postgres restored
pg_restore --host="$work" --username=postgres --dbname=restored --no-owner --no-privileges \\
  --exit-on-error "$folder/$name"

tables=0
tab=$(printf '\\t')
while IFS="$tab" read -r table rows; do
  found=$(psql --host="$work" --username=postgres --dbname=restored --no-psqlrc --tuples-only \\
    --no-align --command="select count(*) from $table" < /dev/null)
  [ "$found" = "$rows" ] || fail "$table has $found rows after the restore of $name, not $rows"
  tables=$((tables + 1))
done < "$folder/$name.rows"
echo "backup: $name was restored, all rows of $tables tables are there"
`;
}
