/** What a provider says an answer used. Unit: tokens. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What an answer used, however it ended. */
export interface AnswerUsage extends Usage {
  /** By the provider, or by us from what it sent. */
  readonly source: 'told' | 'estimated';
}

const KEY = '"usage":';

/**
 * Reads `usage` from the last bytes of an answer or a stream, where every OpenAI-like provider puts it, so that the
 * rest need not be parsed. Null when it is not there.
 */
export function parseUsage(tail: Buffer): Usage | null {
  const at = tail.lastIndexOf(KEY);
  if (at === -1) return null;
  const text = tail.toString('latin1', at + KEY.length, at + KEY.length + 1024);
  const prompt = /"prompt_tokens"\s*:\s*(\d{1,12})/.exec(text);
  const completion = /"completion_tokens"\s*:\s*(\d{1,12})/.exec(text);
  if (prompt === null && completion === null) return null;
  return {
    promptTokens: Number(prompt?.[1] ?? 0),
    completionTokens: Number(completion?.[1] ?? 0),
  };
}
