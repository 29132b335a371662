import type { Memory } from '../ports';

/** Counts what a client has not taken yet of its answer. For those who take it slowly: others have taken all of it at once. */
export class UnsentBytes {
  private counted = 0;

  constructor(private readonly memory: Pick<Memory, 'hold' | 'release'>) {}

  /** So many wait now; 0 in the end. */
  update(bytes: number): void {
    if (this.counted > 0) this.memory.release(this.counted);
    // An answer that exists has to go out, whether there is room or not.
    this.counted = bytes > 0 && this.memory.hold(bytes) === 'held' ? bytes : 0;
  }
}
