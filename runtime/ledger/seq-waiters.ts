interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
}

/** Who waits until the entries up to a number are safe. */
export class SeqWaiters {
  private waiting: readonly Waiter[] = [];

  get size(): number {
    return this.waiting.length;
  }

  wait(seq: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = [...this.waiting, { seq, resolve }];
    });
  }

  /** All up to the number are safe. */
  release(throughSeq: number): void {
    if (this.waiting.length === 0) return;
    const released = this.waiting.filter(({ seq }) => seq <= throughSeq);
    this.waiting = this.waiting.filter(({ seq }) => seq > throughSeq);
    for (const { resolve } of released) resolve();
  }
}
