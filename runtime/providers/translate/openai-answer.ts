/** The parts of OpenAI's answers that translations write; as OpenAI's API reference has them. */

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments`: JSON as text. */
  readonly function: { readonly name: string; readonly arguments: string };
  /** What the provider wants to see again with the call. */
  readonly provider_specific_fields?: Readonly<Record<string, unknown>>;
}

/** An image that the model has drawn, in LiteLLM's form. */
export interface AnswerImage {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string; readonly detail: 'auto' };
}

interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: null;
}

export interface AnswerLogprobs {
  readonly content: readonly (TokenLogprob & { readonly top_logprobs: readonly TokenLogprob[] })[];
}

export interface AnswerMessage {
  readonly role: 'assistant';
  readonly content: string | null;
  readonly refusal?: string;
  /** What the model thought, in LiteLLM's members: as text, and in blocks that can be sent back unchanged. */
  readonly reasoning_content?: string;
  readonly thinking_blocks?: readonly unknown[];
  readonly tool_calls?: readonly ToolCall[];
  readonly images?: readonly AnswerImage[];
  /** `data`: base64. */
  readonly audio?: {
    readonly id: string;
    readonly data: string;
    readonly expires_at: number;
    readonly transcript: string;
  };
  /** Citations and the like, as the provider words them. */
  readonly provider_specific_fields?: Readonly<Record<string, unknown>>;
}

export interface AnswerChoice {
  readonly index: number;
  readonly message: AnswerMessage;
  readonly finish_reason: FinishReason;
  readonly logprobs?: AnswerLogprobs;
}

/** Unit: tokens. The prompt holds what was cached, the answer what was thought. */
export interface AnswerTokens {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number;
    readonly cache_creation_tokens?: number;
    readonly audio_tokens?: number;
  };
  readonly completion_tokens_details?: {
    readonly reasoning_tokens?: number;
    readonly audio_tokens?: number;
  };
  /** Anthropic's own counts, which LiteLLM repeats beside OpenAI's. */
  readonly cache_read_input_tokens?: number;
  readonly cache_creation_input_tokens?: number;
  readonly cache_creation?: { readonly ephemeral_1h_input_tokens: number };
}

/** What a provider answered. Null: it names no id, or no model, of its own. */
export interface TranslatedAnswer {
  readonly id: string | null;
  readonly model: string | null;
  readonly choices: readonly AnswerChoice[];
  readonly usage: AnswerTokens | null;
}

export interface ToolCallDelta {
  readonly index: number;
  /** With the first delta of a call alone. */
  readonly id?: string;
  readonly type?: 'function';
  readonly function: { readonly name?: string; readonly arguments?: string };
  readonly provider_specific_fields?: Readonly<Record<string, unknown>>;
}

export interface AnswerDelta {
  readonly content?: string;
  readonly refusal?: string;
  readonly reasoning_content?: string;
  readonly thinking_blocks?: readonly unknown[];
  readonly tool_calls?: readonly ToolCallDelta[];
  readonly images?: readonly AnswerImage[];
  readonly audio?: { readonly data: string };
  readonly provider_specific_fields?: Readonly<Record<string, unknown>>;
}

/** `error` of OpenAI's error document. */
export interface AnswerError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** What one event of a stream says. */
export type AnswerPiece =
  /** Where the provider names them; before the first delta. */
  | { readonly kind: 'start'; readonly id: string | null; readonly model: string | null }
  | {
      readonly kind: 'delta';
      readonly index: number;
      readonly delta: AnswerDelta;
      readonly logprobs?: AnswerLogprobs;
    }
  | { readonly kind: 'finish'; readonly index: number; readonly reason: FinishReason }
  /** The last one counts. */
  | { readonly kind: 'usage'; readonly usage: AnswerTokens }
  | { readonly kind: 'error'; readonly error: AnswerError }
  /** The answer is whole. Without it a stream counts as cut. */
  | { readonly kind: 'done' };
