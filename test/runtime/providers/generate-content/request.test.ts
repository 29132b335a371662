import { GatewayError } from '../../../../runtime/errors';
import { renderGenerateContent } from '../../../../runtime/providers/generate-content/request';

type Json = Readonly<Record<string, unknown>>;

const MODEL = 'gemini-2.5-flash';
const user = (content: unknown): Json => ({ role: 'user', content });
const HELLO = user('Hello');
const CONTENTS = [{ role: 'user', parts: [{ text: 'Hello' }] }];

function render(
  json: Json,
  { model = MODEL, unsupported = 'refused' as 'refused' | 'dropped' } = {},
): Json {
  const request = { json: { messages: [HELLO], ...json }, unsupported, allowed: new Set<string>() };
  return renderGenerateContent(request, model);
}

const configOf = (json: Json, model = MODEL): unknown => render(json, { model }).generationConfig;
const contentsOf = (messages: readonly Json[], model = MODEL): unknown =>
  render({ messages }, { model }).contents;
const call = (id: string, name: string, more: Json = {}): Json => ({
  id,
  type: 'function',
  function: { name, arguments: '{"city":"Bern"}' },
  ...more,
});
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Tells the weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      additionalProperties: false,
    },
  },
};
const NOW = { type: 'function', function: { name: 'now', parameters: { type: 'object' } } };
const refusal = (message: string, param: string): GatewayError =>
  new GatewayError('invalid_request', message, { param });

describe('renderGenerateContent', () => {
  it('sends a plain request with nothing that was not asked for', () => {
    expect(render({ model: 'x', stream: true, n: 1, user: 'u', tool_choice: 'auto' })).toEqual({
      contents: CONTENTS,
    });
  });

  it('translates parameters', () => {
    expect(
      configOf({
        max_tokens: 5,
        temperature: 0,
        top_p: 0.5,
        n: 2,
        seed: 7,
        stop: 'END',
        logprobs: true,
        top_logprobs: 3,
        frequency_penalty: 0.1,
        presence_penalty: 0.2,
        top_k: 40,
      }),
    ).toEqual({
      maxOutputTokens: 5,
      temperature: 0,
      topP: 0.5,
      candidateCount: 2,
      seed: 7,
      stopSequences: ['END'],
      responseLogprobs: true,
      logprobs: 3,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      topK: 40,
    });
  });

  it("passes Google's own members in either spelling, and what nobody knows as it came", () => {
    const safety = [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }];
    expect(
      render({
        safety_settings: safety,
        cachedContent: 'cachedContents/1',
        labels: { team: 'a' },
        thinking_config: { thinkingBudget: 1 },
        generationConfig: { mediaResolution: 'MEDIA_RESOLUTION_LOW' },
        future_member: 1,
      }),
    ).toEqual({
      contents: CONTENTS,
      safetySettings: safety,
      cachedContent: 'cachedContents/1',
      labels: { team: 'a' },
      future_member: 1,
      generationConfig: {
        thinkingConfig: { thinkingBudget: 1 },
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
      },
    });
  });

  it('keeps the bound of the answer that a budget was set aside for', () => {
    const generation_config = { max_output_tokens: 9, top_k: 4 };
    expect(configOf({ max_tokens: 5, generation_config })).toEqual({ maxOutputTokens: 5, topK: 4 });
    expect(configOf({ generation_config })).toEqual({ maxOutputTokens: 9, topK: 4 });
  });

  it.each(['generationConfig', 'generation_config'])(
    'rejects more answers than n says, in %s',
    (name) => {
      for (const own of [{ candidateCount: 8 }, { candidate_count: 8 }]) {
        expect(() => render({ [name]: own })).toThrow(
          refusal(
            'generationConfig.candidateCount must not be set; n says how many answers',
            'generationConfig.candidateCount',
          ),
        );
      }
    },
  );

  it('puts system messages apart and messages of one side together', () => {
    expect(
      render({
        messages: [
          { role: 'system', content: 'Be brief.' },
          HELLO,
          user([{ type: 'text', text: 'there' }]),
          { role: 'assistant', content: 'Hi' },
          { role: 'developer', content: 'In German.' },
          HELLO,
        ],
      }),
    ).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'In German.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }, { text: 'there' }] },
        { role: 'model', parts: [{ text: 'Hi' }] },
        { role: 'user', parts: [{ text: 'Hello' }] },
      ],
    });
  });

  it('says something where there is a system prompt alone', () => {
    expect(contentsOf([{ role: 'system', content: 'Be brief.' }])).toEqual([
      { role: 'user', parts: [{ text: ' ' }] },
    ]);
  });

  it('sends images, sound and files by content or by address', () => {
    const image = (url: string, more: Json = {}): Json => ({
      type: 'image_url',
      image_url: { url, ...more },
    });
    const file = (members: Json): Json => ({ type: 'file', file: members });
    expect(
      contentsOf([
        user([
          image('data:image/png;base64,QUJD'),
          image('https://example.com/a.jpg?size=1'),
          image('gs://bucket/a', { format: 'image/webp' }),
          image('https://example.com/unknown'),
          { type: 'input_audio', input_audio: { data: 'UENN', format: 'mp3' } },
          file({ file_data: 'data:application/pdf;base64,UERG' }),
          file({ file_data: 'UERG', filename: 'a.pdf' }),
          file({ file_id: 'https://youtu.be/x' }),
          { inlineData: { mimeType: 'text/plain', data: 'QQ==' } },
        ]),
      ]),
    ).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: 'QUJD' } },
          {
            fileData: { mimeType: 'image/jpeg', fileUri: 'https://example.com/a.jpg?size=1' },
          },
          { fileData: { mimeType: 'image/webp', fileUri: 'gs://bucket/a' } },
          { fileData: { fileUri: 'https://example.com/unknown' } },
          { inlineData: { mimeType: 'audio/mp3', data: 'UENN' } },
          { inlineData: { mimeType: 'application/pdf', data: 'UERG' } },
          { inlineData: { mimeType: 'application/pdf', data: 'UERG' } },
          { fileData: { mimeType: 'video/mp4', fileUri: 'https://youtu.be/x' } },
          { inlineData: { mimeType: 'text/plain', data: 'QQ==' } },
          // Vertex AI wants a word beside them.
          { text: ' ' },
        ],
      },
    ]);
  });

  it('sends calls and their results, each result under the name of its call', () => {
    expect(
      contentsOf([
        HELLO,
        { role: 'assistant', content: null, tool_calls: [call('1', 'weather'), call('2', 'now')] },
        { role: 'tool', tool_call_id: '2', content: '{"time":"noon"}' },
        { role: 'tool', tool_call_id: '1', content: 'sunny' },
        user('And?'),
      ]),
    ).toEqual([
      ...CONTENTS,
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'weather', args: { city: 'Bern' } } },
          { functionCall: { name: 'now', args: { city: 'Bern' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'now', response: { time: 'noon' } } },
          { functionResponse: { name: 'weather', response: { content: 'sunny' } } },
        ],
      },
      { role: 'user', parts: [{ text: 'And?' }] },
    ]);
  });

  it('rejects the result of a call that nobody made', () => {
    const messages = [HELLO, { role: 'tool', tool_call_id: 'x', content: 'sunny' }];
    expect(() => render({ messages })).toThrow(
      refusal(
        'messages[1].tool_call_id must be the id of a call in an earlier message',
        'messages[1].tool_call_id',
      ),
    );
  });

  it('sends signatures back, from whichever place a client has kept them', () => {
    const signed = call('1', 'weather', {
      provider_specific_fields: { thought_signature: 'c2ln' },
    });
    const said = {
      role: 'assistant',
      content: 'Hm',
      provider_specific_fields: { thought_signatures: ['dGV4dA=='] },
      tool_calls: [signed, call('2__thought__aWQ=', 'now'), call('3', 'now')],
    };
    expect(contentsOf([said], 'gemini-3-pro')).toMatchObject([
      {
        parts: [
          { text: 'Hm', thoughtSignature: 'dGV4dA==' },
          { functionCall: { name: 'weather' }, thoughtSignature: 'c2ln' },
          { functionCall: { name: 'now' }, thoughtSignature: 'aWQ=' },
          { functionCall: { name: 'now', args: { city: 'Bern' } } },
        ],
      },
    ]);
  });

  it('marks calls of other models for those that insist on a signature', () => {
    const said = { role: 'assistant', tool_calls: [call('1', 'weather'), call('2', 'now')] };
    const thoughtSignature = Buffer.from('skip_thought_signature_validator').toString('base64');
    const args = { city: 'Bern' };
    expect(contentsOf([said], 'gemini-3-flash-preview')).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'weather', args }, thoughtSignature },
          { functionCall: { name: 'now', args } },
        ],
      },
    ]);
    expect(contentsOf([said])).toEqual([
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'weather', args } },
          { functionCall: { name: 'now', args } },
        ],
      },
    ]);
  });

  it("offers functions, and Google's own tools beside them", () => {
    expect(
      render({
        tools: [
          WEATHER,
          { google_search: {} },
          { type: 'url_context' },
          { type: 'web_search_preview' },
          { type: 'computer_use', environment: 'ENVIRONMENT_BROWSER' },
          { type: 'code_execution', codeExecution: {} },
          NOW,
        ],
      }).tools,
    ).toEqual([
      {
        functionDeclarations: [
          {
            name: 'weather',
            description: 'Tells the weather',
            parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } },
          },
          { name: 'now' },
        ],
      },
      { googleSearch: {} },
      { urlContext: {} },
      { googleSearch: {} },
      { computerUse: { environment: 'ENVIRONMENT_BROWSER' } },
      { codeExecution: {} },
    ]);
    expect(render({ web_search_options: {} }).tools).toEqual([{ googleSearch: {} }]);
  });

  it.each([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [
      { type: 'function', function: { name: 'weather' } },
      { mode: 'ANY', allowedFunctionNames: ['weather'] },
    ],
  ])('translates the choice of a tool %j', (choice, functionCallingConfig) => {
    const retrievalConfig = { languageCode: 'de' };
    expect(
      render({ tools: [WEATHER], tool_choice: choice, tool_config: { retrievalConfig } })
        .toolConfig,
    ).toEqual({ retrievalConfig, functionCallingConfig });
  });

  it('asks for one call at a time of one function alone', () => {
    expect(render({ tools: [WEATHER], parallel_tool_calls: false }).tools).toHaveLength(1);
    const body = { tools: [WEATHER, NOW], parallel_tool_calls: false };
    expect(() => render(body)).toThrow(
      refusal(
        'parallel_tool_calls is a parameter that Gemini does not have; leave out what it cannot do, or send drop_params: true',
        'parallel_tool_calls',
      ),
    );
    expect(render(body, { unsupported: 'dropped' })).not.toHaveProperty('parallel_tool_calls');
  });

  it('asks for an answer in a given form', () => {
    const schema = { type: 'object', properties: { b: { type: 'string' }, a: { type: 'array' } } };
    const format = {
      type: 'json_schema',
      json_schema: { name: 'x', strict: true, schema: { $schema: 'y', ...schema } },
    };
    expect(configOf({ response_format: format })).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    });
    expect(configOf({ response_format: format }, 'gemini-1.5-pro')).toEqual({
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'OBJECT',
        properties: { b: { type: 'STRING' }, a: { type: 'ARRAY', items: { type: 'OBJECT' } } },
        propertyOrdering: ['b', 'a'],
      },
    });
    expect(configOf({ response_format: { type: 'json_object' } })).toEqual({
      responseMimeType: 'application/json',
    });
    expect(configOf({ response_format: { type: 'text' } })).toBeUndefined();
  });

  it('asks for images and for a voice', () => {
    expect(
      configOf({ modalities: ['text', 'image'], audio: { voice: 'Kore', format: 'pcm16' } }),
    ).toEqual({
      responseModalities: ['TEXT', 'IMAGE', 'AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    });
    expect(configOf({ modalities: ['text'] })).toBeUndefined();
  });

  it.each([
    ['gemini-2.5-flash', 'low', { thinkingBudget: 1024, includeThoughts: true }],
    ['gemini-2.5-flash', 'high', { thinkingBudget: 4096, includeThoughts: true }],
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0, includeThoughts: false }],
    ['gemini-2.5-flash', 'minimal', { thinkingBudget: 1, includeThoughts: true }],
    ['gemini-2.5-flash-lite', 'minimal', { thinkingBudget: 512, includeThoughts: true }],
    ['gemini-2.5-pro', 'minimal', { thinkingBudget: 128, includeThoughts: true }],
    ['gemini-3-pro', 'none', { thinkingLevel: 'low', includeThoughts: false }],
    ['gemini-3-pro', 'medium', { thinkingLevel: 'high', includeThoughts: true }],
    ['gemini-3-flash', 'medium', { thinkingLevel: 'medium', includeThoughts: true }],
    ['gemini-3-flash', 'minimal', { thinkingLevel: 'minimal', includeThoughts: true }],
  ])('lets %s think with effort %s as LiteLLM does', (model, effort, thinkingConfig) => {
    expect(configOf({ reasoning_effort: effort }, model)).toEqual({ thinkingConfig });
    expect(configOf({ reasoning_effort: { effort } }, model)).toEqual({ thinkingConfig });
  });

  it.each([
    ['gemini-2.5-pro', { type: 'enabled', budget_tokens: 2000 }, { thinkingBudget: 2000 }],
    ['gemini-3-pro', { type: 'enabled', budget_tokens: 2000 }, { thinkingLevel: 'low' }],
  ])("lets %s think by Anthropic's words %j", (model, thinking, expected) => {
    expect(configOf({ thinking }, model)).toEqual({
      thinkingConfig: { includeThoughts: true, ...expected },
    });
  });

  it('tells Gemini 3 to think little where the client says nothing, as LiteLLM does', () => {
    const little = { thinkingConfig: { thinkingLevel: 'low' } };
    expect(configOf({}, 'gemini-3-pro')).toEqual(little);
    expect(configOf({}, 'gemini-3-pro-image-preview')).toBeUndefined();
    expect(configOf({ thinking: { type: 'disabled' } }, 'gemini-3-flash')).toEqual({
      thinkingConfig: { includeThoughts: false, thinkingLevel: 'minimal' },
    });
    expect(configOf({ thinking_config: { thinkingLevel: 'high' } }, 'gemini-3-pro')).toEqual({
      thinkingConfig: { thinkingLevel: 'high' },
    });
  });

  it('stops thinking where the client wants none', () => {
    expect(configOf({ thinking: { type: 'disabled' } })).toEqual({
      thinkingConfig: { includeThoughts: false, thinkingBudget: 0 },
    });
  });

  it.each([
    [
      { reasoning_effort: 'extreme' },
      'reasoning_effort must be one of none, disable, minimal, low, medium, high',
      'reasoning_effort',
    ],
    [
      { messages: [user([{ type: 'video_url', video_url: 'x' }])] },
      'messages[0].content[0].type must be text, image_url, input_audio or file',
      'messages[0].content[0].type',
    ],
    [
      { messages: [user([{ type: 'file', file: { file_data: 'QQ==' } }])] },
      'messages[0].content[0].file.file_data must be a data URL in base64, or have format beside it',
      'messages[0].content[0].file.file_data',
    ],
    [
      { tools: [{ type: 'function', name: 'weather' }] },
      'tools must have function with a name in each function',
      'tools',
    ],
    [
      { logit_bias: { 1: 2 } },
      'logit_bias is a parameter that Gemini does not have; leave out what it cannot do, or send drop_params: true',
      'logit_bias',
    ],
  ])('rejects %j', (json: Json, message, param) => {
    expect(() => render(json)).toThrow(refusal(message, param));
  });

  it('rejects penalties for models that take none, unless such parameters are dropped', () => {
    const json = { frequency_penalty: 1, presence_penalty: 1 };
    expect(() => render(json, { model: 'gemini-3-pro' })).toThrow(
      refusal(
        'frequency_penalty, presence_penalty are parameters that Gemini does not have; leave out what it cannot do, or send drop_params: true',
        'frequency_penalty',
      ),
    );
    expect(render(json, { model: 'gemini-3-pro', unsupported: 'dropped' })).toEqual({
      contents: CONTENTS,
      generationConfig: { thinkingConfig: { thinkingLevel: 'low' } },
    });
  });
});
