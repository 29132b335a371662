/** A folder of dumps of one database. How to reach the database comes from libpq's environment (`PGHOST` …). */
export interface DumpFolder {
  readonly databaseName: string;
  readonly folder: string;
}

/** Environment variable that says how long dumps are kept. Unit: days. */
export const RETENTION_DAYS = 'RETENTION_DAYS';

/** Environment variable that says where in object storage dumps are kept: `bucket/prefix`. */
export const BACKUP_LOCATION = 'BACKUP_LOCATION';

/** Folder on the remote that rclone's environment (`RCLONE_CONFIG_STORE_…`) describes. */
export const REMOTE_FOLDER = `store:$${BACKUP_LOCATION}`;

/**
 * A POSIX shell script that dumps the database, reads the dump back and only then gives it its name: whatever is named
 * `….dump` has been found whole. Beside each dump stand its checksum and the number of rows of each table.
 *
 * Expired dumps go first, so that a full volume frees itself, and by the date in their names, because copying changes
 * the date of a file. The newest stays whatever its age.
 *
 * @see guide, "Backup Strategy"
 */
export function renderBackupScript({ databaseName, folder }: DumpFolder): string {
  return `#!/bin/sh
set -eu
umask 077
folder='${folder}'
${renderDumpFunctions(databaseName)}
list_dumps() { ls "$folder" | only_dumps; }
forget_dump() { rm -f "$folder/$1" "$folder/$1.sha256" "$folder/$1.rows"; }
${renderRetention('dump')}
name="${databaseName}-$(date -u +%Y%m%dT%H%M%SZ).dump"
part="$folder/$name.part"
forget_unfinished() {
  rm -f "$part"
  [ -e "$folder/$name" ] || rm -f "$folder/$name.sha256" "$folder/$name.rows"
}
trap forget_unfinished EXIT
trap 'exit 143' TERM INT

rm -f "$folder"/*.part
forget_expired
pg_dump --format=custom --lock-wait-timeout=60s --file="$part"

read_rows "$part" > "$folder/$name.rows" || fail "$name cannot be read back"
dumped=$(wc -l < "$folder/$name.rows")
expected=$(psql --no-psqlrc --tuples-only --no-align --command="${COUNT_TABLES}")
[ "$dumped" -eq "$expected" ] ||
  fail "$name holds $dumped tables where the database has $expected"
checksum=$(sha256sum "$part" | cut -d ' ' -f 1)
printf '%s  %s\\n' "$checksum" "$name" > "$folder/$name.sha256"
sync
mv "$part" "$folder/$name"
echo "backup: wrote $name, $dumped tables, $(wc -c < "$folder/$name") bytes"
`;
}

/**
 * A POSIX shell script that copies the dumps of a folder to object storage, compares both sides, and forgets expired
 * dumps there.
 *
 * @see https://rclone.org/commands/rclone_check/
 */
export function renderUploadScript({ databaseName, folder }: DumpFolder): string {
  return `#!/bin/sh
set -eu
remote="${REMOTE_FOLDER}"
${renderDumpFunctions(databaseName)}
list_dumps() { rclone lsf --files-only "$remote" | only_dumps; }
forget_dump() { rclone delete "$remote" --include "/$1" --include "/$1.sha256" --include "/$1.rows"; }
${renderRetention('dump')}
rclone copy --immutable --exclude '/*.part' '${folder}' "$remote"
rclone check --one-way --exclude '/*.part' '${folder}' "$remote" ||
  fail "object storage does not hold what was sent"
forget_expired
echo "backup: object storage holds $(newest_dump)"
`;
}

/** A POSIX shell script that fetches the dump `$DUMP`, or the newest one, from object storage. */
export function renderDownloadScript({ databaseName, folder }: DumpFolder): string {
  return `#!/bin/sh
set -eu
remote="${REMOTE_FOLDER}"
${renderDumpFunctions(databaseName)}
list_dumps() { rclone lsf --files-only "$remote" | only_dumps; }
name=$(choose_dump)
rclone copy "$remote" '${folder}' \\
  --include "/$name" --include "/$name.sha256" --include "/$name.rows"
echo "backup: fetched $name"
`;
}

/**
 * What the scripts share. Each defines `list_dumps` itself. `read_rows` reads a dump to its end, so a dump that was
 * cut off or changed is found; a data line never begins with `\\!`, because COPY doubles backslashes.
 */
export function renderDumpFunctions(databaseName: string): string {
  return `fail() { echo "backup: $1" >&2; exit 1; }
only_dumps() { grep -E '^${databaseName}-[0-9]{8}T[0-9]{6}Z\\.dump$' | sort; }
newest_dump() { list_dumps | tail -n 1; }
choose_dump() {
  if [ "\${DUMP:-newest}" = newest ]; then chosen=$(newest_dump); else chosen=$DUMP; fi
  [ -n "$chosen" ] || fail 'there is no dump'
  list_dumps | grep -Fqx -- "$chosen" || fail "there is no dump $chosen"
  printf '%s\\n' "$chosen"
}
read_rows() {
  { pg_restore --data-only --file=- "$1" || echo '\\!'; } | awk '
    copying && $0 == "\\\\." { print table "\\t" rows; copying = 0; next }
    $0 == "\\\\!" { broken = 1; exit }
    copying { rows++; next }
    /^COPY .* FROM stdin;$/ {
      table = substr($0, 6); sub(/ *(\\(.*\\))? FROM stdin;$/, "", table); rows = 0; copying = 1
    }
    END { exit broken || copying }'
}
verify_dump() {
  [ -e "$1/$2.sha256" ] && [ -e "$1/$2.rows" ] || fail "$2 has no checksum or no row counts"
  (cd "$1" && sha256sum -c "$2.sha256" > /dev/null 2>&1) || fail "$2 does not match its checksum"
  pg_restore --list "$1/$2" > /dev/null || fail "$2 has no readable table of contents"
  counted=$(mktemp)
  read_rows "$1/$2" > "$counted" || fail "$2 cannot be read to its end"
  cmp -s "$counted" "$1/$2.rows" || fail "$2 does not hold the rows it had"
  rm -f "$counted"
}`;
}

/** What is kept for a while, by the last part of its name. */
const KEPT = {
  dump: { forgetExpired: 'forget_expired', extension: 'dump' },
  configuration: {
    forgetExpired: 'forget_expired_configurations',
    extension: 'configuration.enc',
  },
} as const;

/** Day of a file and first day to keep, compared as numbers such as 20261123. */
export function renderRetention(noun: keyof typeof KEPT): string {
  const { forgetExpired, extension } = KEPT[noun];
  return `${forgetExpired}() {
  first=$(date -u -d "@$(($(date +%s) - ${RETENTION_DAYS} * 86400))" +%Y%m%d)
  last=$(newest_${noun})
  for each in $(list_${noun}s); do
    day=\${each%T*.${extension}}
    day=\${day##*-}
    if [ "$day" -lt "$first" ] && [ "$each" != "$last" ]; then
      forget_${noun} "$each"
      echo "backup: removed $each"
    fi
  done
}`;
}

/** Tables whose rows a dump holds: no views, no partitioned parents, nothing that an extension brings. */
const COUNT_TABLES = [
  'select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace',
  "where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'",
  "and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')",
].join(' ');
