import { translateMessage } from '../../../../runtime/providers/messages-api/response';

const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x-1',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, output_tokens: 2 },
};

const choiceOf = (change: object): object | undefined =>
  translateMessage({ ...MESSAGE, ...change })?.choices[0];

describe('translateMessage', () => {
  it('translates an answer with what it used', () => {
    expect(translateMessage(MESSAGE)).toEqual({
      id: 'msg_1',
      model: 'claude-x-1',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 2,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 0, cache_creation_tokens: 0 },
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
      },
    });
  });

  it('counts what was cached into the prompt', () => {
    const usage = {
      input_tokens: 10,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      output_tokens: 1,
    };
    expect(translateMessage({ ...MESSAGE, usage })?.usage).toEqual({
      prompt_tokens: 60,
      completion_tokens: 1,
      total_tokens: 61,
      prompt_tokens_details: { cached_tokens: 20, cache_creation_tokens: 30 },
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 30,
      cache_creation: { ephemeral_1h_input_tokens: 20 },
    });
  });

  it('translates calls of tools, and thoughts that can be sent back', () => {
    const thinking = { type: 'thinking', thinking: 'Hm', signature: 's' };
    const redacted = { type: 'redacted_thinking', data: 'x' };
    const call = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Bern' } };
    expect(choiceOf({ content: [thinking, redacted, call], stop_reason: 'tool_use' })).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        reasoning_content: 'Hm',
        thinking_blocks: [thinking, redacted],
        tool_calls: [
          {
            id: 'toolu_1',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Bern"}' },
          },
        ],
      },
      finish_reason: 'tool_calls',
    });
  });

  it('takes what the answering tool is called with for the answer', () => {
    const call = { type: 'tool_use', id: 'toolu_1', name: 'json_tool_call', input: { a: 1 } };
    expect(choiceOf({ content: [call], stop_reason: 'tool_use' })).toEqual({
      index: 0,
      message: { role: 'assistant', content: '{"a":1}' },
      finish_reason: 'stop',
    });
  });

  it("keeps citations and what Anthropic's own tools did", () => {
    const used = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
    const result = { type: 'web_search_tool_result', tool_use_id: 's', content: [] };
    const cited = { type: 'text', text: 'So', citations: [{ url: 'https://a.test' }] };
    expect(choiceOf({ content: [used, result, cited] })).toMatchObject({
      message: {
        content: 'So',
        provider_specific_fields: {
          citations: [[{ url: 'https://a.test' }]],
          server_blocks: [used, result],
        },
      },
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content_filter'],
    ['something_new', 'stop'],
  ])('tells that it ended by %s as %s', (reason, finish) => {
    expect(choiceOf({ stop_reason: reason })).toMatchObject({ finish_reason: finish });
  });

  it.each([[undefined], [null], ['text'], [{}], [{ content: 'text' }]])(
    'takes %j for no answer',
    (document) => {
      expect(translateMessage(document)).toBeNull();
    },
  );
});
