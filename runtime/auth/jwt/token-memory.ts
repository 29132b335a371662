import { hash } from 'node:crypto';

interface Remembered<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

/** Bounds memory; the oldest is forgotten, and verified once more when it comes back. */
export class TokenMemory<Value> {
  private readonly byHash = new Map<string, Remembered<Value>>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.byHash.size;
  }

  select(token: string, nowMs: number): Value | null {
    const name = nameOf(token);
    const known = this.byHash.get(name);
    if (known === undefined) return null;
    if (nowMs < known.untilMs) return known.value;
    this.byHash.delete(name);
    return null;
  }

  keep(token: string, remembered: Remembered<Value>): void {
    const name = nameOf(token);
    this.byHash.delete(name);
    this.byHash.set(name, remembered);
    if (this.byHash.size <= this.most) return;
    const [oldest] = this.byHash.keys();
    if (oldest !== undefined) this.byHash.delete(oldest);
  }

  clear(): void {
    this.byHash.clear();
  }
}

/** The token itself is a credential, and need not be kept. */
function nameOf(token: string): string {
  return hash('sha256', token, 'base64');
}
