import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import {
  renderBackupScript,
  renderDownloadScript,
  renderRestoreScript,
  renderRestoreTestScript,
  renderUploadScript,
} from '../../../lib/render';
import { describeWithTool } from '../../support/lab-tool';
import { createFolder, findFreePort, startProgram, waitFor, type Program } from '../render/program';

const DATABASE = 'litellm';
const USER = { uid: 65534, gid: 65534 };

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** `copy [--include /x]`, `check`, `lsf` and `delete` of rclone, on folders. */
const FOLDER_RCLONE = `command=$1; shift
paths=''; only=''
while [ $# -gt 0 ]; do case $1 in
  --include) only="$only \${2#/}"; shift 2 ;;
  --exclude) shift 2 ;;
  --*) shift ;;
  *) paths="$paths \${1#store:}"; shift ;;
esac; done
set -- $paths
from=$1; to=\${2:-}
case $command in
  copy) for each in \${only:-$(ls "$from" | grep -v 'part$')}; do cp "$from/$each" "$to/"; done
    # copied
    ;;
  check) for each in $(ls "$from" | grep -v 'part$'); do cmp "$from/$each" "$to/$each" || exit 1; done ;;
  lsf) ls "$from" ;;
  delete) for each in $only; do rm -f "$from/$each"; done ;;
esac`;

// Only the folder of a whole server holds this program.
describeWithTool('pg_controldata', (controlData) => {
  const binFolder = dirname(controlData);
  const socketFolder = createFolder('socket');
  let server: Program;
  let port: number;

  beforeAll(async () => {
    port = await findFreePort();
    const dataFolder = `${createFolder('source')}/data`;
    expectSuccess(run('initdb', ['-D', dataFolder, '-U', 'postgres', '-A', 'trust', '-N']));
    server = startProgram(
      join(binFolder, 'postgres'),
      [
        ...['-D', dataFolder, '-p', String(port), '-k', socketFolder],
        ...['-c', 'listen_addresses=', '-c', 'fsync=off'],
      ],
      {},
    );
    await waitFor(
      async () => (sql('postgres', 'select 1', 'postgres').status === 0 ? true : null),
      server.output,
    );
    // The gateway's role owns its database and is nobody's superuser, as under Patroni.
    expectSuccess(sql('postgres', 'create role litellm login', 'postgres'));
    expectSuccess(sql('postgres', 'create database litellm owner litellm', 'postgres'));
  }, 60_000);

  afterAll(async () => {
    await server.stop('SIGINT');
  });

  beforeEach(() => {
    expectSuccess(
      sql(
        DATABASE,
        `drop schema public cascade; create schema public;
         create table spend (n int primary key, note text);
         insert into spend select i, E'COPY public.x (y) FROM stdin;\\n\\\\.' from generate_series(1, 1000) i;
         create table "Odd name" (t text); insert into "Odd name" values ('\\!'), (null);
         create table empty (n int); create view seen as select n from spend;`,
      ),
    );
  });

  describe('renderBackupScript', () => {
    it('writes a dump with its checksum and the rows of each table', () => {
      const folder = createFolder('dumps with a space');
      const outcome = backup(folder);

      expect(outcome).toMatchObject({ status: 0 });
      const [dump] = dumpsOf(folder);
      expect(outcome.output).toMatch(
        /^backup: wrote litellm-\d{8}T\d{6}Z\.dump, 3 tables, \d+ bytes/,
      );
      expect(readdirSync(folder).sort()).toEqual([dump, `${dump}.rows`, `${dump}.sha256`]);
      expect(readFileSync(`${folder}/${dump}.rows`, 'utf8').split('\n').sort()).toEqual([
        '',
        'public."Odd name"\t2',
        'public.empty\t0',
        'public.spend\t1000',
      ]);
    });

    it('removes dumps by the date in their name, and what a killed run left', () => {
      const folder = createFolder('dumps');
      const day = (ago: number): string =>
        new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
      const expired = `litellm-${day(31)}T030000Z.dump`;
      const kept = `litellm-${day(29)}T030000Z.dump`;
      for (const name of [expired, `${expired}.rows`, `${expired}.sha256`, kept, 'other.dump']) {
        writeFileSync(`${folder}/${name}`, '');
      }
      writeFileSync(`${folder}/litellm-${day(1)}T030000Z.dump.part`, '');

      expect(backup(folder).output).toContain(`backup: removed ${expired}\n`);
      expect(readdirSync(folder).filter((name) => !/\.(rows|sha256)$/.test(name))).toEqual([
        kept,
        expect.stringContaining(`litellm-${day(0)}`),
        'other.dump',
      ]);
    });

    it('keeps the newest dump whatever its age, and fails, when the database is gone', () => {
      const folder = createFolder('dumps');
      writeFileSync(`${folder}/litellm-20200101T030000Z.dump`, '');

      const outcome = backup(folder, { PGHOST: '/nowhere' });

      expect(outcome.status).not.toBe(0);
      expect(readdirSync(folder)).toEqual(['litellm-20200101T030000Z.dump']);
    });

    it('rejects a dump that was cut off while it was written', () => {
      const folder = createFolder('dumps');
      const tools = toolFolder({
        pg_dump: `"${binFolder}/pg_dump" "$@"
for each in "$@"; do case $each in --file=*) file=\${each#--file=};; esac; done
truncate -s -700 "$file"`,
      });

      const outcome = backup(folder, { PATH: `${tools}${delimiter}${searchPath()}` });

      expect(outcome.status).toBe(1);
      expect(outcome.output).toMatch(/backup: litellm-\S+\.dump cannot be read back\n$/);
      expect(readdirSync(folder)).toEqual([]);
    });

    it('rejects a dump that lacks a table', () => {
      const folder = createFolder('dumps');
      const tools = toolFolder({
        pg_dump: `exec "${binFolder}/pg_dump" --exclude-table=spend "$@"`,
      });

      const outcome = backup(folder, { PATH: `${tools}${delimiter}${searchPath()}` });

      expect(outcome.output).toMatch(/holds 2 tables where the database has 3\n$/);
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  describe('renderRestoreTestScript', () => {
    it('restores the newest dump and finds every row', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));

      const { status, output } = testRestore(folder);

      expect(output).toMatch(/restored, all rows of 3 tables are there\n$/);
      expect(status).toBe(0);
    }, 30_000);

    it('rejects a dump with a changed byte', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));
      corrupt(folder);

      expect(testRestore(folder)).toEqual({
        status: 1,
        output: `backup: ${dumpsOf(folder)[0]} does not match its checksum\n`,
      });
    });

    it('rejects a dump whose restore has fewer rows than it had', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));
      const tools = toolFolder({
        pg_restore: `case "$*" in *--exit-on-error*)
  "${binFolder}/pg_restore" "$@" && psql --host="\${1#--host=}" --username=postgres \\
    --dbname=restored --command='delete from spend where n < 11' ;;
*) exec "${binFolder}/pg_restore" "$@" ;; esac`,
      });

      expect(testRestore(folder, { PATH: `${tools}${delimiter}${searchPath()}` }).output).toMatch(
        /public\.spend has 990 rows after the restore of \S+, not 1000\n$/,
      );
    }, 30_000);

    it('rejects a newest dump that is old', () => {
      const folder = createFolder('dumps');
      writeFileSync(`${folder}/litellm-20200101T030000Z.dump`, '');

      expect(testRestore(folder).output).toBe(
        'backup: the newest dump is more than 2 days old: litellm-20200101T030000Z.dump\n',
      );
    });

    it('rejects an empty folder', () => {
      expect(testRestore(createFolder('dumps'))).toEqual({
        status: 1,
        output: 'backup: there is no dump\n',
      });
    });
  });

  describe('renderRestoreScript', () => {
    it('puts back what the dump holds, as the role of the gateway', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));
      expectSuccess(sql(DATABASE, 'delete from spend; drop table "Odd name"'));

      expectSuccess(restore(folder, { CONFIRM_RESTORE_INTO: DATABASE }));

      expect(sql(DATABASE, 'select count(*) from spend').output).toBe('1000\n');
      expect(sql(DATABASE, 'select count(*) from "Odd name"').output).toBe('2\n');
    });

    it('takes the dump that is named', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));
      const [first] = dumpsOf(folder);
      for (const suffix of ['', '.rows', '.sha256']) {
        renameSync(
          `${folder}/${first}${suffix}`,
          `${folder}/litellm-20200101T030000Z.dump${suffix}`,
        );
      }
      const file = `${folder}/litellm-20200101T030000Z.dump.sha256`;
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(String(first), 'litellm-20200101T030000Z.dump'),
      );

      const outcome = restore(folder, {
        CONFIRM_RESTORE_INTO: DATABASE,
        DUMP: 'litellm-20200101T030000Z.dump',
      });

      expect(outcome.output).toBe('backup: restored litellm-20200101T030000Z.dump into litellm\n');
    });

    it('rejects a dump with a changed byte and leaves the database as it was', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));
      corrupt(folder);
      expectSuccess(sql(DATABASE, 'delete from spend where n > 1'));

      expect(restore(folder, { CONFIRM_RESTORE_INTO: DATABASE })).toEqual({
        status: 1,
        output: `backup: ${dumpsOf(folder)[0]} does not match its checksum\n`,
      });
      expect(sql(DATABASE, 'select count(*) from spend').output).toBe('1\n');
    });

    it('rejects to run without the name of the database', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));

      for (const confirmation of ['', 'yes']) {
        expect(restore(folder, { CONFIRM_RESTORE_INTO: confirmation })).toEqual({
          status: 1,
          output:
            'backup: set CONFIRM_RESTORE_INTO to litellm to lose what was written since the dump\n',
        });
      }
    });

    it('rejects a name that is none of its dumps', () => {
      const folder = createFolder('dumps');
      expectSuccess(backup(folder));

      expect(
        restore(folder, { CONFIRM_RESTORE_INTO: DATABASE, DUMP: '../../etc/passwd' }).output,
      ).toBe('backup: there is no dump ../../etc/passwd\n');
    });
  });

  describe('renderUploadScript', () => {
    // Stands in for rclone with the four ways the scripts call it; a remote is a folder.
    const tools = toolFolder({ rclone: FOLDER_RCLONE });
    const env = { PATH: `${tools}${delimiter}${searchPath()}`, RETENTION_DAYS: '30' };

    it('sends dumps, forgets expired ones there, and brings the newest back', () => {
      const folder = createFolder('dumps');
      const bucket = createFolder('bucket');
      const fetched = createFolder('fetched');
      const location = { BACKUP_LOCATION: bucket };
      expectSuccess(backup(folder));
      writeFileSync(`${folder}/litellm-20300101T030000Z.dump.part`, '');
      writeFileSync(`${bucket}/litellm-20200101T030000Z.dump`, '');
      const dump = String(dumpsOf(folder)[0]);

      const input = { databaseName: DATABASE, folder };
      const sent = script(renderUploadScript(input), { ...env, ...location });
      expect(sent.output).toContain(`backup: object storage holds ${dump}\n`);
      expect(readdirSync(bucket).sort()).toEqual([dump, `${dump}.rows`, `${dump}.sha256`]);

      const download = renderDownloadScript({ databaseName: DATABASE, folder: fetched });
      expectSuccess(script(download, { ...env, ...location }));
      expectSuccess(restore(fetched, { CONFIRM_RESTORE_INTO: DATABASE }));
    });

    it('rejects an upload that arrived changed', () => {
      const folder = createFolder('dumps');
      const bucket = createFolder('bucket');
      expectSuccess(backup(folder));
      const broken = toolFolder({
        rclone: FOLDER_RCLONE.replace(
          '# copied',
          'for each in "$to"/*; do echo x >> "$each"; done',
        ),
      });

      const { status, output } = script(renderUploadScript({ databaseName: DATABASE, folder }), {
        PATH: `${broken}${delimiter}${searchPath()}`,
        RETENTION_DAYS: '30',
        BACKUP_LOCATION: bucket,
      });

      expect(output).toContain('backup: object storage does not hold what was sent\n');
      expect(status).toBe(1);
    });
  });

  function backup(folder: string, env: Readonly<Record<string, string>> = {}): Outcome {
    const text = renderBackupScript({ databaseName: DATABASE, folder });
    return script(text, { ...connection(), RETENTION_DAYS: '30', ...env });
  }

  function restore(folder: string, env: Readonly<Record<string, string>>): Outcome {
    const text = renderRestoreScript({ databaseName: DATABASE, folder });
    return script(text, { ...connection(), ...env });
  }

  function testRestore(folder: string, env: Readonly<Record<string, string>> = {}): Outcome {
    return script(
      renderRestoreTestScript({ databaseName: DATABASE, folder, workFolder: createFolder('work') }),
      env,
    );
  }

  function script(text: string, env: Readonly<Record<string, string>>): Outcome {
    return run('sh', ['-c', text], env);
  }

  function sql(database: string, statements: string, user = DATABASE): Outcome {
    return run('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', statements], {
      ...connection(),
      PGDATABASE: database,
      PGUSER: user,
    });
  }

  function connection(): Readonly<Record<string, string>> {
    return { PGHOST: socketFolder, PGPORT: String(port), PGUSER: DATABASE, PGDATABASE: DATABASE };
  }

  function run(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Outcome {
    const program = command === 'sh' ? '/bin/sh' : join(binFolder, command);
    const child = spawnSync(program, args, {
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: searchPath(), ...env },
      // PostgreSQL refuses to run as root.
      ...(process.getuid?.() === 0 ? USER : {}),
    });
    return { status: child.status, output: `${child.stdout}${child.stderr}` };
  }

  function searchPath(): string {
    return `${binFolder}${delimiter}${process.env.PATH ?? ''}`;
  }
});

/** A folder of small programs that take the place of real ones. */
function toolFolder(programs: Readonly<Record<string, string>>): string {
  const folder = createFolder('tools');
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(`${folder}/${name}`, `#!/bin/sh\n${text}\n`);
    chmodSync(`${folder}/${name}`, 0o755);
  }
  return folder;
}

function dumpsOf(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.dump'));
}

/** Changes one byte in the middle. */
function corrupt(folder: string): void {
  const file = `${folder}/${dumpsOf(folder)[0]}`;
  const bytes = readFileSync(file);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  writeFileSync(`${file}.new`, bytes);
  copyFileSync(`${file}.new`, file);
  renameSync(`${file}.new`, `${folder}/changed`);
  expect(existsSync(file)).toBe(true);
}

function expectSuccess(outcome: Outcome): void {
  expect(outcome).toMatchObject({ status: 0 });
}
