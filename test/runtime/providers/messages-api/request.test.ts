import { renderMessagesRequest } from '../../../../runtime/providers/messages-api/request';

type Json = Readonly<Record<string, unknown>>;

const MODEL = 'claude-sonnet-4-20250514';
const user = (content: unknown): Json => ({ role: 'user', content });
const HELLO = user('Hello');

function render(
  json: Json,
  { model = MODEL, unsupported = 'refused' as 'refused' | 'dropped' } = {},
): Json {
  const request = { json: { messages: [HELLO], ...json }, unsupported, allowed: new Set<string>() };
  return renderMessagesRequest(request, model).body;
}

const betasOf = (json: Json, model = MODEL): readonly string[] =>
  renderMessagesRequest(
    { json: { messages: [HELLO], ...json }, unsupported: 'refused', allowed: new Set() },
    model,
  ).betas;

const text = (content: string): Json => ({ type: 'text', text: content });
const call = (id: string, name: string, args: string): Json => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Tells the weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const RENDERED_WEATHER = {
  name: 'weather',
  description: 'Tells the weather',
  input_schema: WEATHER.function.parameters,
};

describe('renderMessagesRequest', () => {
  it('asks for the longest answer of the model where the client sets no bound', () => {
    expect(render({})).toEqual({
      max_tokens: 64_000,
      messages: [{ role: 'user', content: [text('Hello')] }],
    });
    expect(render({}, { model: 'claude-3-haiku-20240307' }).max_tokens).toBe(4096);
    expect(render({ max_tokens: 5 }).max_tokens).toBe(5);
    expect(render({ max_tokens: 5, max_completion_tokens: 6 }).max_tokens).toBe(6);
  });

  it('puts the system prompts apart, with what is cached of them, and leaves out what is empty', () => {
    const cached = { type: 'ephemeral' };
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: [{ ...text('Be kind.'), cache_control: cached }, text('')] },
      HELLO,
      { role: 'system', content: 'Be late.', cache_control: cached },
    ];
    expect(render({ messages })).toMatchObject({
      system: [
        text('Be brief.'),
        { ...text('Be kind.'), cache_control: cached },
        { ...text('Be late.'), cache_control: cached },
      ],
      messages: [{ role: 'user', content: [text('Hello')] }],
    });
  });

  it('joins messages of one side, and what tools answered to the next words of the user', () => {
    const messages = [
      HELLO,
      user('Again'),
      {
        role: 'assistant',
        content: '',
        tool_calls: [call('call:1', 'weather', '{"city":"Bern"}'), call('b', 'weather', '')],
      },
      { role: 'tool', tool_call_id: 'call:1', content: 'sunny' },
      { role: 'tool', tool_call_id: 'b', content: [text('rain')] },
      user('And?'),
    ];
    expect(render({ messages, tools: [WEATHER] }).messages).toEqual([
      { role: 'user', content: [text('Hello'), text('Again')] },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'call_1', name: 'weather', input: { city: 'Bern' } },
          { type: 'tool_use', id: 'b', name: 'weather', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: 'sunny' },
          { type: 'tool_result', tool_use_id: 'b', content: 'rain' },
          text('And?'),
        ],
      },
    ]);
  });

  it('gives back what was thought before what was said', () => {
    const block = { type: 'thinking', thinking: 'hm', signature: 's' };
    const messages = [HELLO, { role: 'assistant', content: 'So', thinking_blocks: [block] }, HELLO];
    expect(render({ messages }).messages).toMatchObject([
      {},
      { role: 'assistant', content: [block, text('So')] },
      {},
    ]);
  });

  it('ends no answer that is to be continued with a blank', () => {
    const messages = [HELLO, { role: 'assistant', content: 'It is \n' }];
    expect(render({ messages }).messages).toMatchObject([{}, { content: [text('It is')] }]);
  });

  it.each([
    [
      'an image by its content',
      { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD', detail: 'low' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'QUJD' } },
    ],
    [
      'an image by its address',
      { type: 'image_url', image_url: 'https://a.test/b.png' },
      { type: 'image', source: { type: 'url', url: 'https://a.test/b.png' } },
    ],
    [
      'a document',
      {
        type: 'file',
        file: { file_data: 'data:application/pdf;base64,QUJD', filename: 'a.pdf' },
      },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'QUJD' },
        title: 'a.pdf',
      },
    ],
    [
      'a text file',
      { type: 'file', file: { file_data: 'data:text/plain;base64,R3LDvMOfZQ==' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } },
    ],
    [
      'a file that Anthropic keeps',
      { type: 'file', file: { file_id: 'file_1' } },
      { type: 'document', source: { type: 'file', file_id: 'file_1' } },
    ],
    [
      "a block in Anthropic's own words",
      { type: 'search_result', source: 'x' },
      { type: 'search_result', source: 'x' },
    ],
  ])('takes %s', (_what, part, block) => {
    expect(render({ messages: [user([part])] }).messages).toEqual([
      { role: 'user', content: [block] },
    ]);
  });

  it.each([
    [undefined, undefined, undefined],
    ['auto', undefined, { type: 'auto' }],
    ['required', undefined, { type: 'any' }],
    ['none', false, { type: 'none' }],
    [
      { type: 'function', function: { name: 'weather' } },
      undefined,
      { type: 'tool', name: 'weather' },
    ],
    [undefined, false, { type: 'auto', disable_parallel_tool_use: true }],
    ['required', false, { type: 'any', disable_parallel_tool_use: true }],
  ])('takes the choice %j of a tool, in parallel: %j', (choice, parallel, rendered) => {
    const body = render({
      tools: [WEATHER, { type: 'bash_20250124', name: 'bash' }],
      tool_choice: choice,
      parallel_tool_calls: parallel,
    });
    expect(body.tools).toEqual([RENDERED_WEATHER, { type: 'bash_20250124', name: 'bash' }]);
    expect(body.tool_choice).toEqual(rendered);
  });

  it('names tools that were called before and cannot be any more', () => {
    const messages = [
      HELLO,
      { role: 'assistant', content: null, tool_calls: [call('a', 'weather', '{}')] },
      { role: 'tool', tool_call_id: 'a', content: 'sunny' },
    ];
    expect(render({ messages })).toMatchObject({
      tools: [{ name: 'weather', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'none' },
    });
  });

  const SCHEMA = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
  const FORMAT = { type: 'json_schema', json_schema: { name: 'x', schema: SCHEMA, strict: true } };

  it('asks for a given form of the answer by a tool, or by the schema where the model takes one', () => {
    expect(render({ response_format: FORMAT })).toMatchObject({
      tools: [{ name: 'json_tool_call', input_schema: SCHEMA }],
      tool_choice: { type: 'tool', name: 'json_tool_call' },
    });
    const newer = render({ response_format: FORMAT }, { model: 'claude-sonnet-4-5' });
    expect(newer.output_format).toEqual({ type: 'json_schema', schema: SCHEMA });
    expect(newer.tools).toBeUndefined();
    expect(betasOf({ response_format: FORMAT }, 'claude-sonnet-4-5')).toEqual([
      'structured-outputs-2025-11-13',
    ]);
  });

  it('forces no tool on a model that thinks', () => {
    const body = render({ response_format: FORMAT, reasoning_effort: 'low' });
    expect(body.tools).toHaveLength(1);
    expect(body.tool_choice).toBeUndefined();
  });

  it.each([
    ['minimal', 1024],
    ['low', 1024],
    ['medium', 2048],
    ['high', 4096],
    ['xhigh', 8192],
  ])('thinks with the effort %s for %d tokens', (effort, budget) => {
    expect(render({ reasoning_effort: effort }).thinking).toEqual({
      type: 'enabled',
      budget_tokens: budget,
    });
  });

  it("takes Anthropic's own words for thinking first, and lets newer models decide", () => {
    const thinking = { type: 'enabled', budget_tokens: 9000 };
    expect(render({ thinking, reasoning_effort: 'low' }).thinking).toEqual(thinking);
    expect(render({ thinking }, { model: 'claude-3-haiku' }).max_tokens).toBe(10_024);
    expect(render({ reasoning_effort: 'high' }, { model: 'claude-opus-4-6' }).thinking).toEqual({
      type: 'adaptive',
    });
    expect(render({ reasoning_effort: 'none' }).thinking).toBeUndefined();
  });

  it('passes what is the same, and what is its own', () => {
    expect(
      render({
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        stop: 'END',
        user: 'u-1',
        service_tier: 'auto',
      }),
    ).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
    });
  });

  it.each(['a@b.test', '+41 79 123 45 67'])('keeps the person %s to itself', (person) => {
    expect(render({ user: person }).metadata).toBeUndefined();
  });

  it('searches the web as it is asked to', () => {
    const options = {
      search_context_size: 'low',
      user_location: { type: 'approximate', approximate: { city: 'Bern', country: 'CH' } },
    };
    expect(render({ web_search_options: options }).tools).toEqual([
      {
        type: 'web_search_20250305',
        name: 'web_search',
        user_location: { type: 'approximate', city: 'Bern', country: 'CH' },
        max_uses: 1,
      },
    ]);
  });

  it('names the beta of each feature that is one', () => {
    const file = { type: 'file', file: { file_id: 'file_1' } };
    const tools = [
      { type: 'web_fetch_20250910', name: 'web_fetch' },
      { type: 'computer_20250124', name: 'computer' },
    ];
    expect(betasOf({ messages: [user([file])], tools, context_management: { edits: [] } })).toEqual(
      [
        'context-management-2025-06-27',
        'files-api-2025-04-14',
        'web-fetch-2025-09-10',
        'computer-use-2025-01-24',
      ],
    );
  });

  it('rejects by name what it cannot do, and drops it where it may', () => {
    const odd = { logit_bias: { 1: 2 }, seed: 4, n: 2, presence_penalty: 0, logprobs: false };
    expect(() => render(odd)).toThrow(
      'logit_bias, seed, n are parameters that Anthropic does not have; leave out what it cannot do, or send drop_params: true',
    );
    expect(render(odd, { unsupported: 'dropped' })).toEqual(render({}));
    expect(() => render({ seed: 4 })).toThrow('seed is a parameter that Anthropic does not have;');
  });

  it.each([
    [
      { messages: [{ role: 'robot' }] },
      'messages[0].role must be one of system, developer, user, assistant, tool, function',
    ],
    [{ messages: [user(5)] }, 'messages[0].content must be text or an array of parts'],
    [{ messages: [user([{ type: 'text' }])] }, 'messages[0].content[0].text must be text'],
    [
      { messages: [user([{ type: 'input_audio', input_audio: { data: 'QQ==' } }])] },
      'messages[0].content[0] must not be audio: Anthropic takes text, images and documents',
    ],
    [
      { messages: [user([{ type: 'file', file: {} }])] },
      'messages[0].content[0].file must have file_data or file_id',
    ],
    [
      { messages: [user([{ type: 'file', file: { file_data: 'QUJD' } }])] },
      'messages[0].content[0].file.file_data must be a data URL in base64',
    ],
    [
      { tool_choice: 'maybe', tools: [WEATHER] },
      'tool_choice must be auto, none, required or the name of a function',
    ],
    [{ tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name must be text'],
    [
      { response_format: { type: 'xml' } },
      'response_format must be text, json_object, or json_schema with a schema',
    ],
    [{ stop: 5 }, 'stop must be text or an array of texts'],
    [
      { reasoning_effort: 'huge' },
      'reasoning_effort must be none or one of minimal, low, medium, high, xhigh',
    ],
  ])('rejects %j', (json, message) => {
    expect(() => render(json)).toThrow(message);
  });
});
