import { REMOTE_FOLDER, renderRetention, type DumpFolder } from './backup-script';

/** What a backup of the configuration works with. */
export interface ConfigurationFolder extends DumpFolder {
  /** Files to keep, as paths below the folder of the configuration. */
  readonly files: readonly string[];
  /** File whose first line is the passphrase. */
  readonly passphraseFile: string;
  /** Empty folder in memory: what is not encrypted never reaches a disk. */
  readonly plainFolder: string;
}

/** OWASP's number of rounds for PBKDF2 with SHA-256. */
const ROUNDS = 600_000;
const CIPHER = `-aes-256-cbc -pbkdf2 -iter ${ROUNDS}`;
const MIN_PASSPHRASE_CHARACTERS = 16;

/** A backup each day, and a day of delay. */
const MAX_AGE_DAYS = 2;
const EXTENSION = 'configuration.enc';

/**
 * A POSIX shell script that packs the configuration, encrypts it, reads the result back and only then gives it its
 * name. It needs GNU tar and OpenSSL 1.1.1 or newer.
 *
 * @see guide, "Backup Strategy"
 */
export function renderConfigurationBackupScript(
  input: ConfigurationFolder & { readonly sourceFolder: string },
): string {
  const { databaseName, folder, sourceFolder, plainFolder } = input;
  return `#!/bin/sh
set -eu
umask 077
folder='${folder}'
source='${sourceFolder}'
${renderPlainFolder(plainFolder)}
${renderConfigurationFunctions(databaseName)}
${renderSealFunctions(input.passphraseFile)}
list_configurations() { ls "$folder" | only_configurations; }
forget_configuration() { rm -f "$folder/$1" "$folder/$1.hmac"; }
${renderRetention('configuration')}
name="${databaseName}-$(date -u +%Y%m%dT%H%M%SZ).${EXTENSION}"
part="$folder/$name.part"
forget_unfinished() {
  rm -rf "$plain"
  rm -f "$part"
  [ -e "$folder/$name" ] || rm -f "$folder/$name.hmac"
}
trap forget_unfinished EXIT
trap 'exit 143' TERM INT

forget_expired_configurations
check_passphrase
for each in ${renderWords(input.files)}; do
  [ -s "$source/$each" ] || fail "$each is missing or empty"
done
# Kubernetes mounts files as links.
tar --create --dereference --directory="$source" --file="$plain/packed" ${renderWords(input.files)}
openssl enc ${CIPHER} -salt -pass "file:$passphrase" -in "$plain/packed" -out "$part"
salt=$(openssl rand -hex 8)
code=$(print_code "$salt" "$part")
printf '%s %s\\n' "$salt" "$code" > "$folder/$name.hmac"
verify_code "$part" "$folder/$name.hmac" "$name"
open_configuration "$part" | cmp -s - "$plain/packed" || fail "$name cannot be read back"
sync
mv "$part" "$folder/$name"
echo "backup: wrote $name, ${input.files.length} files, encrypted"
`;
}

/**
 * A POSIX shell script that decrypts the newest configuration and looks for every file. It also fails when that is too
 * old, or when anybody without the passphrase has changed it.
 */
export function renderConfigurationTestScript(input: ConfigurationFolder): string {
  const { databaseName, folder, plainFolder } = input;
  return `#!/bin/sh
set -eu
umask 077
folder='${folder}'
${renderPlainFolder(plainFolder)}
${renderConfigurationFunctions(databaseName)}
${renderSealFunctions(input.passphraseFile)}
list_configurations() { ls "$folder" | only_configurations; }
trap 'rm -rf "$plain"' EXIT
trap 'exit 143' TERM INT

name=$(newest_configuration)
[ -n "$name" ] || fail 'there is no configuration'
oldest=$(date -u -d "@$(($(date +%s) - ${MAX_AGE_DAYS * 86400}))" +${databaseName}-%Y%m%dT%H%M%SZ.${EXTENSION})
[ "$(printf '%s\\n%s\\n' "$oldest" "$name" | sort | head -n 1)" = "$oldest" ] ||
  fail "the newest configuration is more than ${MAX_AGE_DAYS} days old: $name"
check_passphrase
verify_code "$folder/$name" "$folder/$name.hmac" "$name"
open_configuration "$folder/$name" > "$plain/packed" || fail "$name cannot be decrypted"
mkdir "$plain/unpacked"
tar --extract --no-same-owner --directory="$plain/unpacked" --file="$plain/packed" ||
  fail "$name cannot be unpacked"
for each in ${renderWords(input.files)}; do
  [ -s "$plain/unpacked/$each" ] || fail "$name lacks $each"
done
echo "backup: $name was decrypted, all ${input.files.length} files are there"
`;
}

/** The end of the upload: what has expired in object storage is forgotten there too. */
export function renderForgetConfigurations(databaseName: string): string {
  return `
${renderConfigurationFunctions(databaseName)}
list_configurations() { rclone lsf --files-only "$remote" | only_configurations; }
forget_configuration() { rclone delete "$remote" --include "/$1" --include "/$1.hmac"; }
${renderRetention('configuration')}
forget_expired_configurations
echo "backup: object storage holds $(newest_configuration)"
`;
}

/** A POSIX shell script that fetches the newest configuration from object storage. */
export function renderDownloadConfigurationScript({ databaseName, folder }: DumpFolder): string {
  return `#!/bin/sh
set -eu
remote="${REMOTE_FOLDER}"
${renderConfigurationFunctions(databaseName)}
list_configurations() { rclone lsf --files-only "$remote" | only_configurations; }
name=$(newest_configuration)
[ -n "$name" ] || fail 'there is no configuration'
rclone copy "$remote" '${folder}' --include "/$name" --include "/$name.hmac"
echo "backup: fetched $name"
`;
}

/** The end of the restore, for a person: how the configuration is read, which no Job writes back. */
export function renderConfigurationAdvice(databaseName: string): string {
  return `echo 'backup: the configuration and its secrets are beside the dump, as ${databaseName}-….${EXTENSION}; with its passphrase in a file:'
echo 'backup:   openssl enc -d ${CIPHER} -pass file:passphrase -in ${databaseName}-….${EXTENSION} | tar -x'
`;
}

function renderConfigurationFunctions(databaseName: string): string {
  return `fail() { echo "backup: $1" >&2; exit 1; }
only_configurations() { grep -E '^${databaseName}-[0-9]{8}T[0-9]{6}Z\\.${EXTENSION.replace('.', '\\.')}$' | sort; }
newest_configuration() { list_configurations | tail -n 1; }`;
}

/**
 * HMAC-SHA256 of what is encrypted: CBC alone does not notice changes. Its key comes out of as many rounds as the
 * cipher's, or the code would be the faster way to try passphrases, and out of a salt of its own. `openssl dgst` takes
 * keys as arguments, which every process of the machine may read; `printf` is part of the shell.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
function renderSealFunctions(passphraseFile: string): string {
  return `passphrase='${passphraseFile}'
check_passphrase() {
  [ -r "$passphrase" ] || fail 'there is no passphrase'
  # OpenSSL reads the first line only.
  [ "$(head -n 1 "$passphrase" | tr -d '\\r\\n' | wc -m)" -ge ${MIN_PASSPHRASE_CHARACTERS} ] ||
    fail 'the first line of the passphrase is shorter than ${MIN_PASSPHRASE_CHARACTERS} characters'
}
print_bytes() {
  rest=$1
  while [ -n "$rest" ]; do
    tail=\${rest#??}
    printf "\\\\$(printf '%03o' "$((0x\${rest%"$tail"} ^ $2))")"
    rest=$tail
  done
}
print_code() {
  key=$(openssl enc ${CIPHER} -S "$1" -pass "file:$passphrase" -P | sed -n 's/^key=//p')
  [ "\${#key}" -eq 64 ] || fail 'no key can be derived from the passphrase'
  key="$key$(printf '%064d' 0)"
  inner=$({ print_bytes "$key" 0x36; cat "$2"; } | sha256sum | cut -d ' ' -f 1)
  { print_bytes "$key" 0x5c; print_bytes "$inner" 0; } | sha256sum | cut -d ' ' -f 1
}
verify_code() {
  [ -e "$2" ] || fail "$3 has no authentication code"
  read -r salt code < "$2" || fail "the authentication code of $3 cannot be read"
  expr "$salt" : '[0-9a-f]\\{16\\}$' > /dev/null || fail "the authentication code of $3 cannot be read"
  found=$(print_code "$salt" "$1")
  [ "$found" = "$code" ] || fail "$3 was changed, or the passphrase is another one"
}
open_configuration() { openssl enc -d ${CIPHER} -pass "file:$passphrase" -in "$1"; }`;
}

function renderPlainFolder(plainFolder: string): string {
  return `plain=$(mktemp -d '${plainFolder}/configuration-XXXXXX')`;
}

function renderWords(files: readonly string[]): string {
  return files.map((file) => `'${file}'`).join(' ');
}
