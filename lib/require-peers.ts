/** What part of this package needs beside it. Its peers are optional, so that each user installs those of one target. */
export interface PeerNeed {
  /** Who needs them, as the user writes it: `litellm-ha/aws`, `Compute.eks()`. */
  readonly by: string;
  readonly peers: readonly string[];
  /** `require.resolve` of the module that asks. Throws when the module is not installed. */
  readonly resolve: (name: string) => unknown;
}

/**
 * Checks that all peers are there before the first of them is loaded.
 *
 * @throws {Error} with one sentence that names what to install.
 */
export function requirePeers({ by, peers, resolve }: PeerNeed): void {
  const missing = peers.filter((name) => !isInstalled(name, resolve));
  if (missing.length === 0) return;
  throw new Error(
    `${by} needs ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed; ` +
      `run npm install ${missing.join(' ')}`,
  );
}

function isInstalled(name: string, resolve: PeerNeed['resolve']): boolean {
  try {
    resolve(name);
    return true;
  } catch {
    // Why it cannot be resolved makes no difference: installing it is the way out.
    return false;
  }
}
