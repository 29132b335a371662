import { spawnSync } from 'node:child_process';
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import {
  renderConfigurationAdvice,
  renderConfigurationBackupScript,
  renderConfigurationTestScript,
  renderDownloadConfigurationScript,
  renderForgetConfigurations,
  type ConfigurationFolder,
} from '../../../lib/render';
import { describeWithTool } from '../../support/lab-tool';
import { createFolder } from '../render/program';

const PASSPHRASE = 'correct horse battery staple';
const MASTER_KEY = 'sk-of-the-administrator';
const FILES = [
  'config.yaml',
  'secrets/litellm-generated/master-key',
  'secrets/provider-keys/openai',
];

interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

// Each key takes 600,000 rounds, and a loaded machine is several times slower.
jest.setTimeout(60_000);

describeWithTool('openssl', () => {
  describe('renderConfigurationBackupScript', () => {
    it('writes what plain openssl and tar read back, and shows nothing of it', () => {
      const input = createInput();

      const { status, output } = backup(input);

      expect(output).toMatch(
        /^backup: wrote litellm-\d{8}T\d{6}Z\.configuration\.enc, 3 files, encrypted\n$/,
      );
      expect(status).toBe(0);
      const name = newestOf(input);
      expect(readdirSync(input.folder).sort()).toEqual([name, `${name}.hmac`]);
      expect(readdirSync(input.plainFolder)).toEqual([]);
      const stored = readFileSync(join(input.folder, name), 'latin1');
      expect(stored.slice(0, 8)).toBe('Salted__');
      expect(stored).not.toContain(MASTER_KEY);

      const command = /backup: {3}(openssl .*)'\n$/.exec(renderConfigurationAdvice('litellm'))?.[1];
      const unpacked = createFolder('unpacked');
      const read = String(command)
        .replace('file:passphrase', `file:${input.passphraseFile}`)
        .replace('litellm-….configuration.enc', join(input.folder, name));
      expect(script(`cd '${unpacked}' && ${read}`)).toEqual({ status: 0, output: '' });
      expect(readFileSync(join(unpacked, FILES[1] ?? ''), 'utf8')).toBe(MASTER_KEY);
      expect(readFileSync(join(unpacked, 'config.yaml'), 'utf8')).toBe('model_list: []\n');
    });

    it('authenticates it with HMAC-SHA256, whose key takes as many rounds as the cipher', () => {
      const input = createInput();
      backup(input);
      const file = join(input.folder, newestOf(input));

      const [salt = '', code] = readFileSync(`${file}.hmac`, 'utf8').trim().split(' ');

      const key = pbkdf2Sync(PASSPHRASE, Buffer.from(salt, 'hex'), 600_000, 32, 'sha256');
      expect(code).toBe(createHmac('sha256', key).update(readFileSync(file)).digest('hex'));
    });

    it('removes expired ones by the date in their name, and leaves dumps alone', () => {
      const input = createInput();
      const expired = 'litellm-20200101T030000Z.configuration.enc';
      const dump = 'litellm-20200101T030000Z.dump';
      for (const name of [expired, `${expired}.hmac`, dump]) {
        writeFileSync(join(input.folder, name), '');
      }
      expect(backup(input).status).toBe(0);

      // The newest stays whatever its age, so it goes once there is another.
      const { output } = backup(input);

      expect(output).toContain(`backup: removed ${expired}\n`);
      expect(readdirSync(input.folder)).not.toContain(expired);
      expect(readdirSync(input.folder)).not.toContain(`${expired}.hmac`);
      expect(readdirSync(input.folder)).toContain(dump);
    });

    it('rejects a missing key and leaves nothing behind', () => {
      const input = createInput();
      rmSync(join(input.sourceFolder, FILES[2] ?? ''));

      expect(backup(input)).toEqual({
        status: 1,
        output: 'backup: secrets/provider-keys/openai is missing or empty\n',
      });
      expect([...readdirSync(input.folder), ...readdirSync(input.plainFolder)]).toEqual([]);
    });

    it('rejects a passphrase that is short, also where more lines follow', () => {
      const input = createInput();
      writeFileSync(input.passphraseFile, `short\n${PASSPHRASE}\n`);

      expect(backup(input)).toEqual({
        status: 1,
        output: 'backup: the first line of the passphrase is shorter than 16 characters\n',
      });
    });

    it('rejects a result that cannot be read back', () => {
      const input = createInput();
      const tools = createTool(
        'openssl',
        `case "$*" in 'enc -d '*) echo other ;; *) exec ${join(OPENSSL_FOLDER, 'openssl')} "$@" ;; esac`,
      );

      const { status, output } = backup(input, tools);

      expect(output).toMatch(/^backup: litellm-\S+\.configuration\.enc cannot be read back\n$/);
      expect(status).toBe(1);
      expect(readdirSync(input.folder)).toEqual([]);
    });

    it('gives no program the passphrase or a key as an argument', () => {
      const input = createInput();
      const log = join(createFolder('log'), 'arguments');
      const tools = createTool(
        'openssl',
        `echo "$@" >> '${log}'; exec ${join(OPENSSL_FOLDER, 'openssl')} "$@"`,
      );

      expect(backup(input, tools).status).toBe(0);

      const seen = readFileSync(log, 'utf8');
      expect(seen).toContain('-pbkdf2 -iter 600000');
      expect(seen).not.toContain(PASSPHRASE);
      expect(seen).not.toMatch(/[0-9a-f]{32}/i);
    });
  });

  describe('renderConfigurationTestScript', () => {
    it('decrypts the newest and finds every file', () => {
      const input = createInput();
      backup(input);
      const name = newestOf(input);

      expect(testConfiguration(input)).toEqual({
        status: 0,
        output: `backup: ${name} was decrypted, all 3 files are there\n`,
      });
      expect(readdirSync(input.plainFolder)).toEqual([]);
    });

    it('rejects another passphrase', () => {
      const input = createInput();
      backup(input);
      writeFileSync(input.passphraseFile, 'another passphrase, as long\n');

      expect(testConfiguration(input)).toEqual({
        status: 1,
        output: `backup: ${newestOf(input)} was changed, or the passphrase is another one\n`,
      });
    });

    it('rejects a changed byte', () => {
      const input = createInput();
      backup(input);
      const file = join(input.folder, newestOf(input));
      const bytes = readFileSync(file);
      bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
      writeFileSync(file, bytes);

      expect(testConfiguration(input)).toEqual({
        status: 1,
        output: `backup: ${newestOf(input)} was changed, or the passphrase is another one\n`,
      });
    });

    it('rejects one without its authentication code', () => {
      const input = createInput();
      backup(input);
      rmSync(join(input.folder, `${newestOf(input)}.hmac`));

      expect(testConfiguration(input)).toEqual({
        status: 1,
        output: `backup: ${newestOf(input)} has no authentication code\n`,
      });
    });

    it('rejects one that lacks a key the gateway uses', () => {
      const input = createInput();
      backup({ ...input, files: FILES.slice(0, 2) });

      expect(testConfiguration(input)).toEqual({
        status: 1,
        output: `backup: ${newestOf(input)} lacks secrets/provider-keys/openai\n`,
      });
    });

    it('rejects an old one, and none', () => {
      const input = createInput();

      expect(testConfiguration(input).output).toBe('backup: there is no configuration\n');
      writeFileSync(join(input.folder, 'litellm-20200101T030000Z.configuration.enc'), '');
      expect(testConfiguration(input).output).toBe(
        'backup: the newest configuration is more than 2 days old: litellm-20200101T030000Z.configuration.enc\n',
      );
    });
  });

  describe('renderDownloadConfigurationScript', () => {
    it('fetches the newest with its code, and the upload forgets expired ones', () => {
      const bucket = createFolder('bucket');
      const folder = createFolder('fetched');
      const names = ['20200101', '20200102'].map(
        (day) => `litellm-${day}T030000Z.configuration.enc`,
      );
      const [expired = '', newest = ''] = names;
      for (const name of [...names, ...names.map((each) => `${each}.hmac`)]) {
        writeFileSync(join(bucket, name), name);
      }
      // Stands in for rclone with the three ways the scripts call it; a remote is a folder.
      const tools = createTool(
        'rclone',
        `command=$1; shift; only=''; paths=''
while [ $# -gt 0 ]; do case $1 in
  --include) only="$only \${2#/}"; shift 2 ;; --*) shift ;; *) paths="$paths \${1#store:}"; shift ;;
esac; done
set -- $paths
case $command in
  lsf) ls "$1" ;;
  copy) for each in $only; do cp "$1/$each" "$2/"; done ;;
  delete) for each in $only; do rm "$1/$each"; done ;;
esac`,
      );
      const env = { ...tools, BACKUP_LOCATION: bucket, RETENTION_DAYS: '30' };

      const fetched = script(
        renderDownloadConfigurationScript({ databaseName: 'litellm', folder }),
        env,
      );
      expect(fetched).toEqual({ status: 0, output: `backup: fetched ${newest}\n` });
      expect(readdirSync(folder).sort()).toEqual([newest, `${newest}.hmac`]);

      const forgotten = script(
        `set -eu; remote="store:$BACKUP_LOCATION"${renderForgetConfigurations('litellm')}`,
        env,
      );
      expect(forgotten).toEqual({
        status: 0,
        output: `backup: removed ${expired}\nbackup: object storage holds ${newest}\n`,
      });
      expect(readdirSync(bucket).sort()).toEqual([newest, `${newest}.hmac`]);
    });
  });
});

const OPENSSL_FOLDER = dirname(
  spawnSync('sh', ['-c', 'command -v openssl'], { encoding: 'utf8' }).stdout.trim(),
);

type Input = ConfigurationFolder & { readonly sourceFolder: string };

/** Files as Kubernetes mounts them: each a link into a folder of one moment. */
function createInput(): Input {
  const sourceFolder = createFolder('configuration');
  const moment = join(sourceFolder, '..2026_11_23');
  const texts = ['model_list: []\n', MASTER_KEY, 'sk-of-a-provider'];
  FILES.forEach((file, index) => {
    mkdirSync(dirname(join(moment, file)), { recursive: true });
    writeFileSync(join(moment, file), texts[index] ?? '');
  });
  for (const name of ['config.yaml', 'secrets']) {
    symlinkSync(join('..2026_11_23', name), join(sourceFolder, name));
  }
  const passphraseFile = join(createFolder('passphrase'), 'passphrase');
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`);
  return {
    databaseName: 'litellm',
    folder: createFolder('dumps'),
    files: FILES,
    sourceFolder,
    passphraseFile,
    plainFolder: createFolder('plain'),
  };
}

function backup(input: Input, env: Readonly<Record<string, string>> = {}): Outcome {
  return script(renderConfigurationBackupScript(input), { RETENTION_DAYS: '30', ...env });
}

function testConfiguration(input: Input): Outcome {
  return script(renderConfigurationTestScript(input));
}

function script(text: string, env: Readonly<Record<string, string>> = {}): Outcome {
  const child = spawnSync('/bin/sh', ['-c', text], {
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return { status: child.status, output: `${child.stdout}${child.stderr}` };
}

/** A search path on which a small program takes the place of a real one. */
function createTool(name: string, text: string): Readonly<Record<string, string>> {
  const folder = createFolder('tools');
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` };
}

function newestOf({ folder }: ConfigurationFolder): string {
  const names = readdirSync(folder).filter((name) => name.endsWith('.configuration.enc'));
  return names.sort().at(-1) ?? '';
}
