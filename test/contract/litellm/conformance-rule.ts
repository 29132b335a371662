/** One rule of LiteLLM's router, what this gateway does, and a proof that it does. */
export interface ConformanceRule {
  /** Stable and telling, such as `cooldown.rate-limit-with-siblings`. */
  readonly id: string;
  readonly section:
    | 'routing strategies'
    | 'cooldowns'
    | 'retries'
    | 'fallbacks'
    | 'errors'
    | 'streaming'
    | 'health'
    | 'limits'
    | 'keys'
    | 'guards'
    | 'spend'
    | 'cache'
    | 'parameters'
    | 'translations';
  /** What LiteLLM does. */
  readonly liteLlm: string;
  /** What this gateway does. */
  readonly ours: string;
  /** Why it differs; null where it does not. */
  readonly why: string | null;
  /** Runs the real code and throws when `ours` is not true. */
  readonly prove: () => void | Promise<void>;
}
