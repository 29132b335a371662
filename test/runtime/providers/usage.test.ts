import { parseUsage, readUsage } from '../../../runtime/providers/usage';

const parse = (text: string) => parseUsage(Buffer.from(text));
const PLAIN = { promptTokens: 12, completionTokens: 5, kinds: null };
const NO_KINDS = {
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteHour: 0,
  audioPrompt: 0,
  audioCompletion: 0,
  reasoning: 0,
};

describe('parseUsage', () => {
  it.each([
    [
      'at the end of a document',
      '{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":5}}',
    ],
    ['with spaces', '"usage": { "prompt_tokens" : 12, "completion_tokens": 5 }'],
    [
      'before events that tell none',
      '"usage":{"prompt_tokens":12,"completion_tokens":5}}\n\ndata: {"usage":null}\n\ndata: [DONE]',
    ],
    [
      'behind numbers that are none',
      '"usage":{"prompt_tokens":12,"completion_tokens":5},"usage":{}',
    ],
    [
      'the last of several, which is of the whole stream',
      '"usage":{"prompt_tokens":1,"completion_tokens":1} "usage":{"prompt_tokens":12,"completion_tokens":5}',
    ],
  ])('finds it %s', (_name, text) => {
    expect(parse(text)).toEqual(PLAIN);
  });

  it.each([
    ['there is none', 'data: [DONE]\n\n'],
    ['it is null', '{"usage":null}'],
    ['it is cut off', '{"usage":{"prompt_tokens":12,"comple'],
    ['it holds no counts', '{"usage":{"cost":1}}'],
    ['it stands in a text', JSON.stringify({ content: '{"usage":{"prompt_tokens":12}}' })],
  ])('finds nothing where %s', (_name, text) => {
    expect(parse(text)).toBeNull();
  });
});

describe('readUsage', () => {
  it.each([
    [
      'OpenAI: parts of the prompt and of the answer',
      {
        prompt_tokens: 2006,
        completion_tokens: 300,
        total_tokens: 2306,
        prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 6 },
        completion_tokens_details: { reasoning_tokens: 192, audio_tokens: 8 },
      },
      [2006, 300, { cacheRead: 1920, audioPrompt: 6, audioCompletion: 8, reasoning: 192 }],
    ],
    [
      'Anthropic: cached tokens beside the prompt',
      {
        input_tokens: 10,
        output_tokens: 5,
        cache_read_input_tokens: 1000,
        cache_creation_input_tokens: 200,
        cache_creation: { ephemeral_5m_input_tokens: 150, ephemeral_1h_input_tokens: 50 },
      },
      [1210, 5, { cacheRead: 1000, cacheWrite: 150, cacheWriteHour: 50 }],
    ],
    [
      "Anthropic's names in OpenAI's shape, counted in",
      {
        prompt_tokens: 1210,
        completion_tokens: 5,
        total_tokens: 1215,
        cache_read_input_tokens: 1000,
        cache_creation_input_tokens: 200,
        prompt_tokens_details: { cached_tokens: 1000 },
      },
      [1210, 5, { cacheRead: 1000, cacheWrite: 200 }],
    ],
    [
      "Anthropic's names in OpenAI's shape, counted beside",
      { prompt_tokens: 10, completion_tokens: 5, cache_read_input_tokens: 1000 },
      [1010, 5, { cacheRead: 1000 }],
    ],
    [
      'DeepSeek: a hit is part of the prompt',
      {
        prompt_tokens: 100,
        completion_tokens: 5,
        total_tokens: 105,
        prompt_cache_hit_tokens: 64,
        prompt_cache_miss_tokens: 36,
      },
      [100, 5, { cacheRead: 64 }],
    ],
    [
      'Moonshot: a count of its own',
      { prompt_tokens: 100, completion_tokens: 5, cached_tokens: 64 },
      [100, 5, { cacheRead: 64 }],
    ],
    [
      'xAI: thoughts beside the answer',
      {
        prompt_tokens: 32,
        completion_tokens: 9,
        total_tokens: 135,
        completion_tokens_details: { reasoning_tokens: 94 },
      },
      [32, 103, { reasoning: 94 }],
    ],
    [
      'Gemini: thoughts in the total alone',
      { prompt_tokens: 7, completion_tokens: 10, total_tokens: 300 },
      [7, 293, null],
    ],
    [
      'more thoughts than answer, and no total',
      {
        prompt_tokens: 7,
        completion_tokens: 10,
        completion_tokens_details: { reasoning_tokens: 90 },
      },
      [7, 100, { reasoning: 90 }],
    ],
    [
      'details that are null',
      { prompt_tokens: 7, completion_tokens: 1, prompt_tokens_details: null },
      [7, 1, null],
    ],
    ['a prompt alone, as of embeddings', { prompt_tokens: 7, total_tokens: 7 }, [7, 0, null]],
  ] as const)('reads %s', (_name, usage, [promptTokens, completionTokens, kinds]) => {
    expect(readUsage(usage)).toEqual({
      promptTokens,
      completionTokens,
      kinds: kinds === null ? null : { ...NO_KINDS, ...kinds },
    });
  });

  it('takes what is no count for not told', () => {
    expect(readUsage({ prompt_tokens: -1, completion_tokens: 1.5 })).toBeNull();
    expect(readUsage({ prompt_tokens: '12' })).toBeNull();
  });
});
