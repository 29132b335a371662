import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { Cancel, Clock } from '../ports';

/** Where certificate and key stand, in PEM. The certificate comes first, those of its authorities behind it. */
export interface TlsFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** What a server proves itself with, and what it speaks. */
export type TlsIdentity = Pick<SecureContextOptions, 'cert' | 'key' | 'minVersion'> & {
  readonly cert: string;
  readonly key: string;
};

export class TlsIdentityError extends Error {}

/** Reads both files and tries whether they fit. Throws a {@link TlsIdentityError} that names the file. */
export function readTlsIdentity({ certificateFile, keyFile }: TlsFiles): TlsIdentity {
  const identity = {
    cert: readPem(certificateFile, 'certificate'),
    key: readPem(keyFile, 'key'),
    // Older ones have known holes, and no client of this decade needs them.
    minVersion: 'TLSv1.2',
  } as const;
  try {
    createSecureContext(identity);
  } catch (error) {
    throw new TlsIdentityError(
      `the TLS certificate ${certificateFile} and the key ${keyFile} must be PEM files that belong together, got: ` +
        `${(error as Error).message}; correct one of the two`,
    );
  }
  return identity;
}

function readPem(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new TlsIdentityError(
      `the TLS ${what} must be a file that can be read, got ${file}: ${(error as NodeJS.ErrnoException).code}; correct its path or its rights`,
    );
  }
}

/**
 * Long before a renewed certificate is needed. Watching would be sooner, but Kubernetes swaps a link to the folder of a
 * mounted secret, which no watcher of the file sees.
 */
const CHECK_MS = 5_000;

export interface TlsReloaderParts {
  readonly files: TlsFiles;
  readonly clock: Pick<Clock, 'after'>;
  /** Takes a renewed identity; connections that are open keep the one they began with. */
  readonly apply: (identity: TlsIdentity) => void;
  /** Hears why a renewed one cannot be used; once, until the reason changes. */
  readonly onProblem: (reason: string) => void;
}

/** Looks whether the files have changed. Half of a renewal fits nothing: then the old identity stays until it does. */
export class TlsReloader {
  private cancel: Cancel | null = null;
  private problem = '';

  constructor(
    private readonly parts: TlsReloaderParts,
    private current: TlsIdentity,
  ) {}

  start(): void {
    this.cancel = this.parts.clock.after(CHECK_MS, () => {
      this.check();
      this.start();
    });
  }

  stop(): void {
    this.cancel?.();
  }

  private check(): void {
    try {
      const found = readTlsIdentity(this.parts.files);
      this.problem = '';
      if (found.cert === this.current.cert && found.key === this.current.key) return;
      this.current = found;
      this.parts.apply(found);
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.problem) this.parts.onProblem(message);
      this.problem = message;
    }
  }
}
