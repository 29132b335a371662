import type { FailureKind } from '../routing/failure';

/** A wording that tells more about a failure than its status does. */
export interface FailureCue {
  readonly kind: Extract<
    FailureKind,
    | 'provider_authentication'
    | 'provider_bad_request'
    | 'provider_conflict'
    | 'provider_content_policy'
    | 'provider_context_window'
    | 'provider_payment'
    | 'provider_rate_limit'
  >;
  /** Under any other status the words mean nothing. */
  readonly statuses: readonly number[];
  /** Matches the words of the error in small letters. */
  readonly pattern: RegExp;
  /** The words as their provider sends them, or the part of them that is always the same. */
  readonly example: string;
  readonly source: string;
}

const LITELLM = 'LiteLLM 1.81.9, litellm_core_utils/exception_mapping_utils.py';

const limited = (pattern: RegExp, example: string, source: string): FailureCue => ({
  kind: 'provider_rate_limit',
  // Groq: 413 for one request above the tokens of a minute. Google: 403 `rateLimitExceeded`.
  statuses: [400, 403, 413],
  pattern,
  example,
  source,
});

const tooLong = (pattern: RegExp, example: string, source: string): FailureCue => ({
  kind: 'provider_context_window',
  // Servers that do not catch the error of their engine send 500, such as Xinference and older llama.cpp.
  statuses: [400, 413, 422, 500],
  pattern,
  example,
  source,
});

const refused = (pattern: RegExp, example: string, source: string): FailureCue => ({
  kind: 'provider_content_policy',
  statuses: [400, 403, 422],
  pattern,
  example,
  source,
});

/** What looks like a wrong key or a missing model, and is a fault of the one prompt. */
const misread = (pattern: RegExp, example: string, source: string): FailureCue => ({
  kind: 'provider_bad_request',
  statuses: [403, 404],
  pattern,
  example,
  source,
});

/**
 * The first cue that fits decides. Rate limits come first, as in LiteLLM: `Request too large … on tokens per minute` is
 * no matter of the window. `string_above_max_length`, which LiteLLM takes for a prompt that is too long, is missing on
 * purpose: it bounds the characters of one field, and a larger window does not change that.
 */
export const FAILURE_CUES: readonly FailureCue[] = [
  {
    kind: 'provider_payment',
    statuses: [429],
    // Not a limit that passes with time: the account has no money left. The code tells, not the message, because
    // Gemini says the same words of a limit per minute.
    pattern: /insufficient_quota/,
    example: 'You exceeded your current quota … code: insufficient_quota',
    source: 'OpenAI, https://platform.openai.com/docs/guides/error-codes',
  },
  {
    kind: 'provider_authentication',
    statuses: [403],
    pattern:
      /security token included in the request is (invalid|expired)|signature we calculated does not match/,
    example: 'The security token included in the request is invalid.',
    source: 'AWS, https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html',
  },
  {
    kind: 'provider_authentication',
    statuses: [400],
    pattern: /api key (not valid|expired)|api_key_invalid/,
    example: 'API key not valid. Please pass a valid API key.',
    source: `Google, ${LITELLM}`,
  },
  {
    kind: 'provider_conflict',
    // Where the deployment stands is at fault, not the request: another region serves it.
    statuses: [400],
    pattern: /user location is not supported/,
    example: 'User location is not supported for the API use.',
    source: 'Google, https://ai.google.dev/gemini-api/docs/troubleshooting',
  },
  limited(/rate[\s_-]*limit/, 'Request too large … code: rate_limit_exceeded', LITELLM),
  limited(
    /service tier capacity exceeded/,
    'Service tier capacity exceeded for this model.',
    LITELLM,
  ),
  limited(/throttlingexception/, 'ThrottlingException: Too many tokens, please wait', LITELLM),
  {
    kind: 'provider_conflict',
    statuses: [402],
    // The account pays for smaller requests still, so that only this one has to go elsewhere.
    pattern: /fewer max_tokens|can only afford/,
    example: 'This request requires more credits, or fewer max_tokens. You can only afford 4096.',
    source: 'OpenRouter, https://openrouter.ai/docs/api/reference/errors-and-debugging',
  },

  tooLong(
    /context[_ ]length[_ ]exceeded/,
    'context_length_exceeded',
    'OpenAI and Groq, https://platform.openai.com/docs/guides/error-codes',
  ),
  tooLong(
    /maximum context length/,
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
    LITELLM,
  ),
  tooLong(/model's maximum context limit/, "exceeds the model's maximum context limit", LITELLM),
  tooLong(
    /exceed context limit/,
    'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
    LITELLM,
  ),
  tooLong(
    /longer than the model's context length/,
    "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
    LITELLM,
  ),
  tooLong(
    /input tokens exceed the configured limit/,
    'Input tokens exceed the configured limit of 272000 tokens.',
    LITELLM,
  ),
  tooLong(
    /exceeds the maximum number of tokens allowed/,
    'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).',
    LITELLM,
  ),
  tooLong(
    /`inputs` tokens \+ `max_new_tokens` must be/,
    'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193.',
    LITELLM,
  ),
  tooLong(
    /current length is \d+ while limit is \d+/,
    'Current length is 69553 while limit is 65536',
    LITELLM,
  ),
  tooLong(
    /expected maxlength:/,
    'Malformed input request: expected maxLength: 2048, actual: 2049',
    LITELLM,
  ),
  tooLong(
    /input text length should not exceed/,
    'Input text length should not exceed 1024 tokens',
    LITELLM,
  ),
  tooLong(
    /request payload size exceeds/,
    'Request payload size exceeds the limit: 20971520 bytes.',
    LITELLM,
  ),
  tooLong(
    /prompt (is )?too long/,
    'prompt is too long: 210000 tokens > 200000 maximum',
    'Anthropic, https://github.com/agno-agi/agno/pull/7836',
  ),
  tooLong(
    /input is too long/,
    'Input is too long for requested model.',
    'Amazon Bedrock, https://github.com/BerriAI/litellm/pull/21647',
  ),
  tooLong(
    // A limit of the minute has the same words.
    /too many (input )?tokens(?!,? (please wait|per ))/,
    'too many tokens: total number of tokens in the prompt cannot exceed 4081',
    'Cohere, https://docs.cohere.com/reference/errors',
  ),
  tooLong(
    /length of all messages is too long/,
    'The total length of all messages is too long.',
    'Perplexity, https://github.com/BerriAI/litellm/issues/21558',
  ),
  tooLong(
    /longer than the maximum model length/,
    'The decoder prompt (length 17772) is longer than the maximum model length of 16384.',
    'vLLM, https://github.com/xorbitsai/inference/issues/3785',
  ),
  tooLong(
    /exceeds the available context size|exceed_context_size_error/,
    'the request exceeds the available context size (4096 tokens), try increasing it',
    'llama.cpp, tools/server',
  ),
  tooLong(
    /range of input length should be/,
    '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]',
    'DashScope (Qwen), https://github.com/QwenLM/qwen-code/issues/98',
  ),
  tooLong(
    /maximum prompt length is \d/,
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    'xAI, https://github.com/earendil-works/pi/issues/129',
  ),
  tooLong(
    /prompt token count of \d+ exceeds the limit|model_max_prompt_tokens_exceeded/,
    'prompt token count of 65446 exceeds the limit of 64000',
    'GitHub Copilot, https://github.com/microsoft/vscode/issues/289219',
  ),
  tooLong(
    /exceeds the context window/,
    'Your input exceeds the context window of this model.',
    'OpenAI, https://github.com/earendil-works/pi/issues/129',
  ),
  tooLong(
    /loaded with context length of only/,
    'Trying to keep the first 10136 tokens … the model is loaded with context length of only 7866 tokens',
    'LM Studio, https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/546',
  ),
  tooLong(
    /(exceeds|greater than) the context length/,
    'The number of tokens to keep from the initial prompt is greater than the context length.',
    'LM Studio and Ollama, https://github.com/earendil-works/pi/issues/129',
  ),
  tooLong(
    /context window exceeds limit/,
    'invalid params, context window exceeds limit (2013)',
    'MiniMax, https://github.com/earendil-works/pi/issues/129',
  ),
  tooLong(
    /exceeded model token limit/,
    'Invalid request: Your request exceeded model token limit: 262144 (requested: 270000)',
    'Moonshot, https://github.com/earendil-works/pi/issues/129',
  ),
  tooLong(
    /exceeds the maximum allowed input length/,
    'Input length 131393 exceeds the maximum allowed input length of 131040 tokens.',
    'Poolside, https://github.com/earendil-works/pi/issues/4943',
  ),
  tooLong(
    /model max length exceeded/,
    'model max length exceeded, max length: 8192',
    'https://github.com/open-webui/open-webui/issues/1141',
  ),
  tooLong(
    /reduce the length of (the|your) (messages|prompt|input)/,
    'Please reduce the length of the messages or completion.',
    'Groq and Cerebras, https://github.com/cline/cline/issues/5140',
  ),

  refused(/content[_ ]policy[_ ]violation/, 'content_policy_violation', LITELLM),
  refused(
    /content_filter/,
    'The response was filtered … code: content_filter, innererror: ResponsibleAIPolicyViolation',
    'Azure, https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter',
  ),
  refused(
    /content management polic/,
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    LITELLM,
  ),
  refused(
    /safety system|moderation_blocked/,
    'Your request was rejected as a result of our safety system.',
    LITELLM,
  ),
  refused(/model produced invalid content/, 'The model produced invalid content.', LITELLM),
  refused(/violating our usage policy/, 'Invalid prompt: … violating our usage policy.', LITELLM),
  refused(/content filtering policy/, 'Output blocked by content filtering policy', LITELLM),
  refused(/the response was blocked/, 'The response was blocked.', LITELLM),
  refused(
    /content exists risk/,
    'Content Exists Risk',
    'DeepSeek, https://github.com/deepseek-ai/DeepSeek-V2/issues/30',
  ),
  refused(
    /data_?inspection_?failed|inappropriate content/,
    '<400> InternalError.Algo.DataInspectionFailed: Input text data may contain inappropriate content.',
    'DashScope (Qwen), https://github.com/QwenLM/qwen-code/issues/3145',
  ),
  refused(
    /considered high risk/,
    'The request was rejected because it was considered high risk',
    'Moonshot, https://github.com/MoonshotAI/kimi-cli/issues/1002',
  ),
  refused(
    /不安全或敏感内容/,
    '系统检测到输入或生成内容可能包含不安全或敏感内容',
    'Zhipu, code 1301, https://github.com/langchain4j/langchain4j/issues/1079',
  ),
  refused(
    /content violates usage guidelines|safety_check_type_/,
    'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO',
    'xAI, by 403, https://github.com/UKGovernmentBEIS/inspect_ai/pull/2267',
  ),
  refused(
    /input was flagged/,
    'openai/gpt-4o requires moderation on OpenAI. Your input was flagged for "violence".',
    'OpenRouter, by 403, https://openrouter.ai/docs/api/reference/errors-and-debugging',
  ),

  misread(
    /no endpoints found that support/,
    'No endpoints found that support image input',
    'OpenRouter, https://github.com/zed-industries/zed/issues/36094',
  ),
  misread(
    /invalid_image_url|error while downloading/,
    'Error while downloading https://example.com/cat.jpg. code: invalid_image_url',
    'OpenAI, https://github.com/jsboige/CoursIA/pull/8457',
  ),
  misread(
    /(fetch|download|retriev)\w* (the |your |an? )?(image|media|url)|download the file/,
    'failed to retrieve media: received status code: 404',
    'Groq and Anthropic; https://docs.anthropic.com/en/docs/build-with-claude/vision',
  ),
  misread(
    /image_url|image (was )?not found/,
    "image_url: 404 Client Error: Not Found for url: 'https://example.com/cat.jpg'",
    'vLLM and servers built on it, https://github.com/vllm-project/vllm/issues/21254',
  ),
  misread(
    /(no such file object|file not found|file)[: ]+['"`]?(file|cfile)[-_]\w/,
    'No such File object: file-vyA4ivhKGPlD4hezlXpAtOGN',
    'OpenAI, https://github.com/danny-avila/LibreChat/issues/2632',
  ),
];
