import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chown,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { EmbeddedPostgres } from './embedded-postgres';
import { queryPostgres, type PostgresAddress } from './postgres-query';
import { renderPostgresSettings } from './postgres-settings';
import { startProcess, type ProcessExit, type RunningProcess } from './running-process';

const run = promisify(execFile);

const SETTINGS_FILE = 'litellm-ha.conf';
const START_TIMEOUT_MS = 30_000;
/** A fast shutdown takes a tenth of a second; more is a disk that hangs. */
const STOP_GRACE_MS = 10_000;

export interface PostgresMemberProps {
  readonly name: string;
  readonly postgres: EmbeddedPostgres;
  readonly folder: string;
  readonly logFile: string;
  /** As superuser. */
  readonly address: PostgresAddress;
}

/** One PostgreSQL server: its data folder, its settings and its process. It does not know which role it has. */
export class PostgresMember {
  readonly name: string;
  readonly folder: string;
  readonly address: PostgresAddress;
  private process: RunningProcess | null = null;

  constructor(private readonly props: PostgresMemberProps) {
    this.name = props.name;
    this.folder = props.folder;
    this.address = props.address;
  }

  get pid(): number | null {
    return this.isRunning() ? (this.process?.pid ?? null) : null;
  }

  isRunning(): boolean {
    return this.process?.isRunning() === true;
  }

  isInitialized(): boolean {
    return existsSync(join(this.folder, 'PG_VERSION'));
  }

  /** Creates an empty database; complete or not at all. */
  async initialize(): Promise<void> {
    const unfinished = `${this.folder}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    const passwordFile = join(unfinished, '..', `${this.name}.password`);
    await writeFile(passwordFile, this.address.password, { mode: 0o600 });
    try {
      await this.giveToDatabaseUser(unfinished);
      await this.giveToDatabaseUser(passwordFile);
      const { command, args, environment, workingFolder, userId } = this.props.postgres.launch(
        'initdb',
        [
          `--pgdata=${unfinished}`,
          `--username=${this.address.user}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale=C',
          '--no-sync',
        ],
      );
      const owner = userId === null ? {} : { uid: userId, gid: userId };
      await run(command, [...args], { env: environment, cwd: workingFolder, ...owner });
    } catch (cause) {
      throw new Error(`initdb failed for ${this.name}: ${describeFailure(cause)}`, { cause });
    } finally {
      await rm(passwordFile, { force: true });
    }
    await appendFile(join(unfinished, 'postgresql.conf'), `include_if_exists '${SETTINGS_FILE}'\n`);
    await rename(unfinished, this.folder);
  }

  async removeData(): Promise<void> {
    // The backends of a killed server may still be writing their last words.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** Takes effect at the next start, or by `reload`. */
  async writeSettings(settings: Readonly<Record<string, string>>): Promise<void> {
    const text = renderPostgresSettings({
      ...settings,
      listen_addresses: this.address.host,
      port: String(this.address.port),
      unix_socket_directories: '',
    });
    await writeFile(join(this.folder, SETTINGS_FILE), text, { mode: 0o600 });
    await this.giveToDatabaseUser(this.folder);
  }

  reload(): void {
    this.process?.signal('SIGHUP');
  }

  /** Resolves once the server answers. */
  async start(onExit: (exit: ProcessExit) => void): Promise<void> {
    const { launch } = this.props.postgres;
    // A pid in this file may by now belong to somebody else, whom PostgreSQL would take for its own.
    await rm(join(this.folder, 'postmaster.pid'), { force: true });
    const child = await startProcess({
      ...launch('postgres', ['-D', this.folder]),
      logFile: this.props.logFile,
    });
    this.process = child;
    void child.exited.then(onExit);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await this.answers())) {
      if (!child.isRunning() || Date.now() > deadline) {
        child.signal('SIGKILL');
        throw new Error(`${this.name} did not start: ${await this.readLastLogLine()}`);
      }
      await wait(20);
    }
  }

  async stop(): Promise<void> {
    await this.process?.stop('SIGINT', STOP_GRACE_MS);
  }

  /** At once; its backends notice and end by themselves. */
  async kill(): Promise<void> {
    await this.process?.stop('SIGKILL', 0);
  }

  private async answers(): Promise<boolean> {
    try {
      await queryPostgres(this.address, { text: 'SELECT 1' }, 2000);
      return true;
    } catch {
      // Not yet; the caller decides for how long.
      return false;
    }
  }

  private async readLastLogLine(): Promise<string> {
    const lines = (await readFile(this.props.logFile, 'utf8')).trimEnd().split('\n');
    return `${lines.at(-1) ?? 'it said nothing'} (more in ${this.props.logFile})`;
  }

  private async giveToDatabaseUser(path: string): Promise<void> {
    const user = this.props.postgres.machine.databaseUser;
    if (user.kind === 'nobody') await giveTree(path, user.userId);
  }
}

async function giveTree(path: string, userId: number): Promise<void> {
  await chown(path, userId, userId);
  let entries: readonly string[];
  try {
    entries = await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ENOENT') return;
    throw error;
  }
  for (const entry of entries) await giveTree(join(path, entry), userId);
}

function describeFailure(cause: unknown): string {
  const stderr = (cause as { readonly stderr?: string }).stderr?.trim().split('\n').at(-1);
  return stderr ?? String(cause);
}
