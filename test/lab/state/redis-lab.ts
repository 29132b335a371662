import { execFile, execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CacheConfig } from '../../../lib/config/gateway-config';
import { createFolder, startProgram, waitFor, type Program } from '../render/program';

const run = promisify(execFile);

/** Full drills take the timers of production and repeat themselves; CI takes short ones, once. */
export const IS_FULL_DRILL = process.env.LITELLM_HA_DRILL === 'full';

export const NO_CACHE_CONFIG: CacheConfig = {
  kind: 'single',
  nodes: [],
  sentinelServiceName: null,
  sentinelPassword: null,
  username: null,
  password: null,
  tls: false,
  tlsCaFile: null,
  database: 0,
};

/** Addresses of this run alone, so that standard ports are free and a run before cannot spoil this one. */
export function drawHosts(count: number): readonly string[] {
  const network = `127.${randomInt(20, 250)}.${randomInt(1, 250)}`;
  return Array.from({ length: count }, (_, index) => `${network}.${index + 1}`);
}

export interface Member {
  readonly host: string;
  readonly port: number;
  readonly start: () => void;
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly kill: () => Promise<void>;
  readonly ask: (...command: readonly string[]) => Promise<string>;
  readonly output: () => string;
}

export interface MemberOptions {
  readonly host: string;
  readonly port: number;
  /** Lines of the configuration file. */
  readonly lines: readonly string[];
  /** How redis-cli gets in. */
  readonly cli: readonly string[];
  readonly mode: 'server' | 'sentinel';
}

/** One server or Sentinel, which may be stopped and started again with the same folder. */
export function createMember(program: string, options: MemberOptions): Member {
  const { host, port, lines, cli, mode } = options;
  const folder = createFolder('redis');
  const file = join(folder, 'redis.conf');
  const common = [`bind ${host}`, `dir ${folder}`, 'daemonize no', 'protected-mode no'];
  writeFileSync(file, `${[...common, ...lines].join('\n')}\n`);
  // A Sentinel writes down what it learns.
  chmodSync(file, 0o666);
  let running: Program | null = null;
  return {
    host,
    port,
    start: () => {
      running = startProgram(program, [file, ...(mode === 'sentinel' ? ['--sentinel'] : [])], {});
    },
    freeze: () => running?.send('SIGSTOP'),
    thaw: () => running?.send('SIGCONT'),
    kill: async () => running?.stop('SIGKILL'),
    ask: async (...command) => {
      const address = ['-h', host, '-p', String(port), '--raw', '--no-auth-warning'];
      try {
        const { stdout } = await run('redis-cli', [...address, ...cli, ...command], {
          timeout: 2_000,
        });
        return stdout.trim();
      } catch {
        return '';
      }
    },
    output: () => running?.output() ?? '',
  };
}

/** Plain servers keep nothing on disk, and a replica is served at once. */
export const SERVER_LINES = [
  'save ""',
  'appendonly no',
  'repl-diskless-sync-delay 0',
  'repl-ping-replica-period 1',
];

export async function waitForAnswer(
  member: Pick<Member, 'ask' | 'output'>,
  command: readonly string[],
  accept: (answer: string) => boolean,
): Promise<void> {
  await waitFor(
    async () => (accept(await member.ask(...command)) ? true : null),
    () => `${command.join(' ')} was never answered as expected\n${member.output()}`,
  );
}

export interface Certificates {
  readonly authority: string;
  /** Lines that make a server, or a Sentinel, speak TLS only. */
  readonly lines: readonly string[];
  readonly cli: readonly string[];
}

/** A certificate for these addresses, and the authority that vouches for it. */
export function createCertificates(hosts: readonly string[]): Certificates {
  const folder = createFolder('tls');
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', [...args], { stdio: 'ignore' });
  };
  openssl(
    ...[
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=lab authority',
    ],
    ...['-keyout', at('ca.key'), '-out', at('ca.crt')],
  );
  openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=lab redis'],
    ...['-keyout', at('redis.key'), '-out', at('redis.csr')],
  );
  const names = hosts.map((host) => `IP:${host}`).join(',');
  writeFileSync(at('names'), `subjectAltName=${names}\n`);
  openssl(
    ...['x509', '-req', '-in', at('redis.csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key')],
    ...['-CAcreateserial', '-days', '2', '-extfile', at('names'), '-out', at('redis.crt')],
  );
  chmodSync(at('redis.key'), 0o644);
  return {
    authority: readFileSync(at('ca.crt'), 'utf8'),
    lines: [
      `tls-cert-file ${at('redis.crt')}`,
      `tls-key-file ${at('redis.key')}`,
      `tls-ca-cert-file ${at('ca.crt')}`,
      'tls-auth-clients no',
      'tls-replication yes',
    ],
    cli: ['--tls', '--cacert', at('ca.crt')],
  };
}
