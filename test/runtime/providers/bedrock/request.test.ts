import { renderConverseRequest } from '../../../../runtime/providers/bedrock/request';

type Json = Readonly<Record<string, unknown>>;

const CLAUDE = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
const LLAMA = 'meta.llama3-70b-instruct-v1:0';
const user = (content: unknown): Json => ({ role: 'user', content });
const HELLO = user('Hello');

function render(json: Json, model = CLAUDE): Json {
  const request = {
    json: { messages: [HELLO], ...json },
    unsupported: 'refused' as const,
    allowed: new Set<string>(),
  };
  return renderConverseRequest(request, model);
}

const PARAMETERS = { type: 'object', properties: { city: {} } };
const WEATHER = { type: 'function', function: { name: 'weather', parameters: PARAMETERS } };

describe('renderConverseRequest', () => {
  it('renders a conversation with its system prompt, thoughts, tools and what they answered', () => {
    const messages = [
      { role: 'system', content: 'Be brief.', cache_control: { type: 'ephemeral' } },
      HELLO,
      {
        role: 'assistant',
        content: null,
        thinking_blocks: [{ type: 'thinking', thinking: 'Hm', signature: 's' }],
        tool_calls: [{ id: 'a', function: { name: 'weather', arguments: '{"city":"Bern"}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'sunny' },
      user('And?'),
    ];
    const asked = { messages, tools: [WEATHER], max_tokens: 5, temperature: 0.5, stop: 'x' };
    expect(render(asked)).toEqual({
      system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
      messages: [
        { role: 'user', content: [{ text: 'Hello' }] },
        {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'Hm', signature: 's' } } },
            { toolUse: { toolUseId: 'a', name: 'weather', input: { city: 'Bern' } } },
          ],
        },
        {
          role: 'user',
          content: [
            { toolResult: { toolUseId: 'a', content: [{ text: 'sunny' }] } },
            { text: 'And?' },
          ],
        },
      ],
      inferenceConfig: { maxTokens: 5, temperature: 0.5, stopSequences: ['x'] },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: 'weather',
              description: 'weather',
              inputSchema: { json: PARAMETERS },
            },
          },
        ],
      },
    });
  });

  it.each([
    [
      { type: 'image_url', image_url: { url: 'data:image/jpg;base64,QUJD' } },
      { image: { format: 'jpeg', source: { bytes: 'QUJD' } } },
    ],
    [
      {
        type: 'file',
        file: { file_data: 'data:application/pdf;base64,QUJD', filename: 'a_b.pdf' },
      },
      { document: { format: 'pdf', name: 'a-b', source: { bytes: 'QUJD' } } },
    ],
  ])('takes the part %j', (part, block) => {
    expect(render({ messages: [user([part])] }).messages).toEqual([
      { role: 'user', content: [block] },
    ]);
  });

  it.each([
    ['auto', CLAUDE, { auto: {} }],
    ['required', CLAUDE, { any: {} }],
    [{ type: 'function', function: { name: 'weather' } }, CLAUDE, { tool: { name: 'weather' } }],
    ['required', LLAMA, undefined],
  ])('takes the choice %j of a tool for %s', (choice, model, rendered) => {
    const body = render({ tools: [WEATHER], tool_choice: choice }, model);
    expect((body.toolConfig as Json).toolChoice).toEqual(rendered);
  });

  it('thinks with room for the answer, and is forced to no tool then', () => {
    const asked = { reasoning_effort: 'low', tools: [WEATHER], tool_choice: 'required' };
    expect(render(asked)).toMatchObject({
      inferenceConfig: { maxTokens: 5120 },
      additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
      toolConfig: { toolChoice: { auto: {} } },
    });
  });

  it('answers in a given form by a tool', () => {
    const format = { type: 'json_schema', json_schema: { name: 'x', schema: PARAMETERS } };
    expect(render({ response_format: format }).toolConfig).toMatchObject({
      tools: [{ toolSpec: { name: 'json_tool_call', inputSchema: { json: PARAMETERS } } }],
      toolChoice: { tool: { name: 'json_tool_call' } },
    });
  });

  it("passes Bedrock's own members, and those of the model beside", () => {
    const guardrailConfig = { guardrailIdentifier: 'g', guardrailVersion: '1' };
    expect(render({ guardrailConfig, top_k: 5, min_p: 0.1, service_tier: 'flex' })).toMatchObject({
      guardrailConfig,
      serviceTier: { type: 'flex' },
      additionalModelRequestFields: { top_k: 5, min_p: 0.1 },
    });
  });

  it.each([
    [{ seed: 5 }, 'seed is a parameter that Bedrock does not have;'],
    [
      { messages: [user([{ type: 'image_url', image_url: { url: 'https://a.test/b.png' } }])] },
      'messages[0].content[0] must hold its content as a data URL: Bedrock fetches no addresses',
    ],
    [{ service_tier: 'fast' }, 'service_tier must be auto, default, flex or priority'],
  ])('rejects %j', (json, message) => {
    expect(() => render(json)).toThrow(message);
  });

  it('rejects an effort of a model that does not reason on demand', () => {
    expect(() => render({ reasoning_effort: 'low' }, LLAMA)).toThrow(
      `reasoning_effort must be left out: ${LLAMA} does not reason on demand`,
    );
  });
});
