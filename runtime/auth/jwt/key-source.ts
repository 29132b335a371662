import type { Clock, Ports } from '../../ports';

/** Reads a document from another machine, within bounds. Rejects with a reason that holds no secret. */
export type FetchDocument = (url: string, bounds: DocumentBounds) => Promise<string>;

export interface DocumentBounds {
  readonly timeoutMs: number;
  readonly mostBytes: number;
}

/** Public keys as the library looks for one of them. */
export type KeySet<Keys> = { readonly keys: Keys; readonly text: string };

export interface KeySourceParts<Keys> {
  readonly url: string;
  readonly fetchDocument: FetchDocument;
  /** Throws for what is no set of keys. */
  readonly parse: (document: unknown) => Keys;
  /** After which the keys are read again. Unit: seconds. */
  readonly freshSeconds: number;
  /** How long they are believed while they cannot be read again. Unit: seconds. */
  readonly believedSeconds: number;
  /** Hears that the identity provider has other keys than before. */
  readonly onChange: () => void;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly writeLog: Ports['writeLog'];
}

const BOUNDS: DocumentBounds = { timeoutMs: 3_000, mostBytes: 256 * 1024 };
/** A token with a key nobody knows must not make every call a question to the identity provider. */
const SPACING_MS = 30_000;
/** Without any key nothing works, so the next try comes sooner. */
const FIRST_SPACING_MS = 5_000;

/**
 * The public keys of one identity provider. They are read when they are needed and old, one read at a time and not too often.
 * While they cannot be read, known ones go on working for a bounded time.
 */
export class KeySource<Keys> {
  private known: KeySet<Keys> | null = null;
  private readMs = -Infinity;
  private triedMs = -Infinity;
  private reading: Promise<void> | null = null;

  constructor(private readonly parts: KeySourceParts<Keys>) {}

  /** Null: none are known, or none that may still be believed. */
  async select(): Promise<KeySet<Keys> | null> {
    if (this.ageMs() >= this.parts.freshSeconds * 1000) await this.read();
    return this.ageMs() < this.parts.believedSeconds * 1000 ? this.known : null;
  }

  /** Looks whether there are newer keys, unless somebody did so a moment ago. */
  async renew(): Promise<KeySet<Keys> | null> {
    await this.read();
    return this.select();
  }

  private ageMs(): number {
    return this.parts.clock.nowMs() - this.readMs;
  }

  private read(): Promise<void> {
    if (this.reading !== null) return this.reading;
    const nowMs = this.parts.clock.nowMs();
    const spacingMs = this.known === null ? FIRST_SPACING_MS : SPACING_MS;
    if (nowMs - this.triedMs < spacingMs) return Promise.resolve();
    this.triedMs = nowMs;
    this.reading = this.readOnce().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async readOnce(): Promise<void> {
    const { url, fetchDocument, parse, clock, onChange } = this.parts;
    try {
      const text = await fetchDocument(url, BOUNDS);
      if (text !== this.known?.text) {
        this.known = { keys: parse(JSON.parse(text)), text };
        onChange();
      }
      this.readMs = clock.nowMs();
    } catch (error) {
      const reason = error instanceof SyntaxError ? 'the answer is no JSON' : String(error);
      const { host } = new URL(url);
      this.parts.writeLog(`${JSON.stringify({ identityProvider: { host, reason } })}\n`);
    }
  }
}
