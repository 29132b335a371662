import { classifyFailure } from '../../../runtime/providers/classify-failure';
import { FAILURE_CUES } from '../../../runtime/providers/failure-cues';

function classify(status: number, error: unknown): string {
  const body = JSON.stringify(error);
  return classifyFailure({ status, body, retryAfterMs: null, secrets: [] }).kind;
}

const ROWS = FAILURE_CUES.flatMap(({ example, kind, statuses }) =>
  statuses.map((status) => ({ example, kind, status })),
);

/** Words of real errors that the table has no row of their own for. */
const MORE: readonly (readonly [string, number, unknown])[] = [
  [
    'Anthropic through OpenRouter',
    400,
    {
      error: {
        message: 'Provider returned error',
        code: 400,
        metadata: { raw: '{"error":{"message":"prompt is too long: 3 tokens > 2 maximum"}}' },
      },
    },
  ],
  [
    'Fireworks',
    400,
    { error: { message: 'The prompt is too long: 9, model maximum context length: 8' } },
  ],
  [
    'Mistral',
    400,
    {
      message:
        'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
    },
  ],
  [
    'vLLM, bare',
    400,
    { object: 'error', message: "This model's maximum context length is 5 tokens." },
  ],
  ['llama.cpp', 400, { error: { message: 'too big', type: 'exceed_context_size_error' } }],
  ['Copilot', 400, { error: { message: 'no', code: 'model_max_prompt_tokens_exceeded' } }],
  ['AI21', 422, { detail: 'Prompt has too many tokens' }],
  ['Bedrock', 400, { message: 'Too many input tokens. Max input tokens: 8192' }],
  ['FastAPI', 422, { detail: [{ msg: 'the input is too long', loc: ['body'] }] }],
  [
    'Google, in a list',
    400,
    [{ error: { message: 'exceeds the maximum number of tokens allowed' } }],
  ],
];

/** What sounds alike and is something else. */
const OTHERS: readonly (readonly [string, number, unknown, string])[] = [
  [
    'one field with too many characters',
    400,
    {
      error: {
        message:
          "Invalid 'messages[0].content': string too long. Expected a string with maximum length 1048576",
        param: 'messages[0].content',
        code: 'string_above_max_length',
      },
    },
    'provider_bad_request',
  ],
  [
    'an answer that would be too long',
    400,
    {
      error: {
        message: 'max_tokens is too large: 9. This model supports at most 8 completion tokens',
      },
    },
    'provider_bad_request',
  ],
  [
    'tokens of a minute',
    413,
    {
      error: {
        message: 'Request too large … (TPM), reduce your message',
        code: 'rate_limit_exceeded',
      },
    },
    'provider_rate_limit',
  ],
  [
    'Bedrock throttles',
    429,
    { message: 'Too many tokens, please wait before trying again.' },
    'provider_rate_limit',
  ],
  [
    'Bedrock throttles by 400',
    400,
    { message: 'Too many tokens, please wait before trying again.' },
    'provider_bad_request',
  ],
  ['too many bytes', 413, { error: { type: 'request_too_large' } }, 'provider_bad_request'],
  [
    'a proxy with too many bytes',
    413,
    { message: 'Failed to buffer the request body: length limit exceeded' },
    'provider_bad_request',
  ],
  [
    'a validator that repeats the prompt',
    422,
    { detail: [{ msg: 'Field required', input: { content: 'say: the prompt is too long' } }] },
    'provider_unprocessable',
  ],
  [
    'a validator that repeats the messages',
    400,
    { error: { message: 'no' }, messages: [{ content: 'maximum context length, content_filter' }] },
    'provider_bad_request',
  ],
  [
    'an outage of a filter',
    500,
    { error: { message: 'content_filter is down' } },
    'provider_internal',
  ],
  ['a key', 401, { error: { message: 'maximum context length' } }, 'provider_authentication'],
  ['an overload', 503, { error: { message: 'prompt is too long' } }, 'provider_unavailable'],
];

describe('FAILURE_CUES', () => {
  it.each(ROWS)('takes "$example" with status $status for $kind', ({ example, kind, status }) => {
    expect(classify(status, { error: { message: example } })).toBe(kind);
  });

  it('has no row that an earlier one makes useless', () => {
    for (const [index, { example, kind }] of FAILURE_CUES.entries()) {
      const text = example.toLowerCase();
      const first = FAILURE_CUES.findIndex((cue) => cue.kind === kind && cue.pattern.test(text));
      expect([example, first]).toEqual([example, index]);
    }
  });

  it('names the source of each row', () => {
    for (const { source } of FAILURE_CUES) expect(source).toMatch(/^\S.{8,}/);
  });

  it.each(MORE)('knows a prompt that is too long: %s', (_name, status, body) => {
    expect(classify(status, body)).toBe('provider_context_window');
  });

  it.each(OTHERS)('is not misled by %s', (...[, status, body, kind]) => {
    expect(classify(status, body)).toBe(kind);
  });

  it('passes over HTML, whatever it says', () => {
    const body = '<html>maximum context length</html>';
    expect(classifyFailure({ status: 400, body, retryAfterMs: null, secrets: [] }).kind).toBe(
      'provider_bad_request',
    );
  });
});
