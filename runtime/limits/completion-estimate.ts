/** What an answer is taken to need before anything is known of its model: a page of text. Unit: tokens. */
export const FIRST_COMPLETION_TOKENS = 512;
/** Four answers of five are no longer than what is set aside for them. */
const QUANTILE = 0.8;
/** Enough to be steady, few enough to follow a client that changes its ways. */
const MOST_SAMPLES = 100;
const LEAST_SAMPLES = 10;

interface Lengths {
  /** A ring: the oldest is overwritten. */
  readonly tokens: number[];
  next: number;
  /** Null: to be found anew. */
  typical: number | null;
}

/**
 * How long the answers of each model group are, learnt from the last hundred. A call without `max_tokens` could cost
 * anything; setting aside the worst would leave small budgets unusable, so the usual is set aside instead.
 */
export class CompletionEstimate {
  private readonly lengthsByGroup = new Map<string, Lengths>();

  selectTypicalTokens(group: string): number {
    const lengths = this.lengthsByGroup.get(group);
    if (lengths === undefined || lengths.tokens.length < LEAST_SAMPLES) {
      return FIRST_COMPLETION_TOKENS;
    }
    lengths.typical ??= selectQuantile(lengths.tokens);
    return lengths.typical;
  }

  /** Group names are the configuration's, so there are no more of them than it has. */
  record(group: string, completionTokens: number): void {
    const lengths = this.lengthsByGroup.get(group) ?? { tokens: [], next: 0, typical: null };
    lengths.tokens[lengths.next] = completionTokens;
    lengths.next = (lengths.next + 1) % MOST_SAMPLES;
    lengths.typical = null;
    this.lengthsByGroup.set(group, lengths);
  }
}

function selectQuantile(tokens: readonly number[]): number {
  const sorted = [...tokens].sort((a, b) => a - b);
  return sorted[Math.ceil(QUANTILE * sorted.length) - 1] ?? FIRST_COMPLETION_TOKENS;
}
