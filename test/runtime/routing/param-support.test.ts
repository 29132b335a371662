import {
  namesOf,
  selectModelParams,
  selectParamSupport,
  setOfNames,
} from '../../../runtime/routing/param-support';

const EVERYTHING = {
  frequency_penalty: 0.1,
  logprobs: true,
  parallel_tool_calls: true,
  presence_penalty: 0.1,
  reasoning_effort: 'low',
  response_format: { type: 'json_object' },
  stop: 'x',
  temperature: 0.2,
  thinking: { type: 'enabled' },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 2,
  top_p: 0.5,
  verbosity: 'low',
};

function unsupported(model: string, body: object = EVERYTHING): readonly string[] | null {
  const support = selectParamSupport(model);
  const params = selectModelParams(body as Readonly<Record<string, unknown>>);
  return support === null ? null : namesOf(params & support.unsupported);
}

const SAMPLING = [
  'frequency_penalty',
  'logprobs',
  'presence_penalty',
  'thinking',
  'top_logprobs',
  'top_p',
];
const sorted = (...names: readonly string[]): readonly string[] => [...SAMPLING, ...names].sort();

describe('selectParamSupport', () => {
  it.each([
    ['gpt-4o-mini', ['reasoning_effort', 'thinking', 'verbosity']],
    ['openai/gpt-4.1', ['reasoning_effort', 'thinking', 'verbosity']],
    ['gpt-4-turbo', ['reasoning_effort', 'thinking', 'verbosity']],
    ['gpt-35-turbo', ['reasoning_effort', 'thinking', 'verbosity']],
    ['gpt-5-chat-latest', ['reasoning_effort', 'thinking', 'verbosity']],
    ['gpt-4', ['reasoning_effort', 'response_format', 'thinking', 'verbosity']],
    ['o3-mini', sorted('parallel_tool_calls', 'temperature', 'verbosity')],
    ['o1', sorted('parallel_tool_calls', 'temperature', 'verbosity')],
    [
      'o1-mini',
      sorted(
        'parallel_tool_calls',
        'response_format',
        'temperature',
        'tool_choice',
        'tools',
        'verbosity',
      ),
    ],
    ['gpt-5', sorted('stop', 'temperature')],
    ['gpt-5-mini-2025-08-07', sorted('stop', 'temperature')],
    ['gpt-5.2-pro', sorted('stop', 'temperature')],
    ['gpt-5.1', sorted('stop', 'temperature')],
  ])('knows what %s does not take', (model, names) => {
    expect([...(unsupported(model) ?? [])].sort()).toEqual(names);
  });

  it('lets the models since gpt-5.1 have a temperature as long as they do not reason', () => {
    expect(unsupported('gpt-5.1', { temperature: 0.2 })).toEqual([]);
    expect(unsupported('gpt-5.1', { temperature: 0.2, reasoning_effort: 'none' })).toEqual([]);
    expect(unsupported('gpt-5.1', { temperature: 0.2, reasoning_effort: 'high' })).toEqual([
      'temperature',
    ]);
    expect(unsupported('gpt-5', { temperature: 0.2 })).toEqual(['temperature']);
  });

  it.each(['llama-3', 'qwen-o3', '*', 'my-deployment', 'o3mini', 'gpt-6'])(
    'knows nothing of %s',
    (model) => {
      expect(selectParamSupport(model)).toBeNull();
    },
  );

  it.each([
    ['o3', 'max_completion_tokens'],
    ['gpt-5.2', 'max_completion_tokens'],
    ['gpt-4o', 'any'],
  ])('calls the bound of %s %s', (model, name) => {
    expect(selectParamSupport(model)?.maxTokens).toBe(name);
  });
});

describe('selectModelParams', () => {
  it('counts neither null nor a temperature of 1, which says nothing', () => {
    expect(selectModelParams({ temperature: 1, top_p: null, stop: undefined })).toBe(0);
  });
});

describe('setOfNames', () => {
  it('takes names that no model refuses for none', () => {
    expect(namesOf(setOfNames(['top_k', 'top_p', 'temperature']))).toEqual([
      'temperature',
      'top_p',
    ]);
  });
});
