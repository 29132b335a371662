/**
 * Keeps answers for a while, to give them again. Never slows a request and never fails: without its store nothing is
 * found, and nothing is kept.
 */
export interface ResponseCache {
  /** Null: there is none, or it cannot be had in time. */
  read(key: string): Promise<Buffer | null>;
  /** Nobody waits for it. What is too large is not kept. */
  write(key: string, answer: Buffer, ttlMs: number): void;
  readonly counts: ResponseCacheCounts;
}

/** Since the start, for the metrics. */
export interface ResponseCacheCounts {
  readonly hits: number;
  readonly misses: number;
  readonly writes: number;
  /** Answers that were not kept because of their size. */
  readonly tooLarge: number;
  /** Reads and writes that the store did not serve. */
  readonly failures: number;
}

/** Larger answers are rare, and cost every other one its place. */
export const MOST_ANSWER_BYTES = 1024 * 1024;
