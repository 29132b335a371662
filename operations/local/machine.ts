import { spawnSync } from 'node:child_process';

/** How this machine lets child processes be started. */
export interface Machine {
  /** Prefix of a command that dies with its parent, even when that is killed. Empty: the machine has no such thing. */
  readonly diesWithParent: readonly string[];
  readonly databaseUser: DatabaseUser;
}

/**
 * PostgreSQL refuses to run as root. `self`: we are not root. `namespace`: an ordinary user inside a user namespace, who
 * is root outside and so can use root's folders. `nobody`: that user, to whom the data folder must belong.
 */
export type DatabaseUser =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace'; readonly prefix: readonly string[] }
  | { readonly kind: 'nobody'; readonly userId: number };

export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const DIES_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL', '--'];
const IN_NAMESPACE = ['unshare', '-U', '--map-user=1000', '--map-group=1000', '--'];
const NOBODY = 65534;

/** Tries each tool instead of looking for it: a container may hold the program and forbid what it does. */
export function detectMachine(): Machine {
  return {
    diesWithParent: works(DIES_WITH_PARENT) ? DIES_WITH_PARENT : [],
    databaseUser: detectDatabaseUser(),
  };
}

function detectDatabaseUser(): DatabaseUser {
  if (process.getuid?.() !== 0) return { kind: 'self' };
  if (works(IN_NAMESPACE)) return { kind: 'namespace', prefix: IN_NAMESPACE };
  return { kind: 'nobody', userId: NOBODY };
}

function works(prefix: readonly string[]): boolean {
  const [command, ...args] = [...prefix, 'true'];
  if (command === undefined) return false;
  const result = spawnSync(command, args, { env: { PATH: SYSTEM_PATH }, stdio: 'ignore' });
  return result.status === 0;
}
