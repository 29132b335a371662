import { translateFinish } from '../../../../runtime/providers/generate-content/finish-reason';
import { translateAnswerDocument } from '../../../../runtime/providers/generate-content/response';
import { translateUsage } from '../../../../runtime/providers/generate-content/usage';
import { readUsage } from '../../../../runtime/providers/usage';

const CALL = {
  delivery: 'json',
  providerModel: 'gemini-x',
  usageEvent: 'as-asked',
  createdSeconds: 5,
  id: 'chatcmpl-abc',
} as const;

const answer = (parts: readonly object[], more: object = {}): object => ({
  candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', ...more }],
  modelVersion: 'gemini-x-1',
  responseId: 'r1',
});

const choiceOf = (document: object): unknown => translateAnswerDocument(document, CALL)?.choices[0];

describe('translateAnswerDocument', () => {
  it('translates an answer', () => {
    const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 };
    const document = { ...answer([{ text: 'Hi ' }, { text: 'there' }]), usageMetadata };
    expect(translateAnswerDocument(document, CALL)).toEqual({
      id: 'r1',
      model: 'gemini-x-1',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hi there' }, finish_reason: 'stop' },
      ],
      usage: {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
  });

  it('gives each call an id, and keeps its signature', () => {
    const parts = [
      { text: 'thinking…', thought: true },
      { functionCall: { name: 'a', args: { x: 1 } }, thoughtSignature: 'c2ln' },
      { functionCall: { name: 'b' } },
    ];
    expect(choiceOf(answer(parts))).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        reasoning_content: 'thinking…',
        tool_calls: [
          {
            id: 'call_abc1',
            type: 'function',
            function: { name: 'a', arguments: '{"x":1}' },
            provider_specific_fields: { thought_signature: 'c2ln' },
          },
          { id: 'call_abc2', type: 'function', function: { name: 'b', arguments: '{}' } },
        ],
      },
      finish_reason: 'tool_calls',
    });
  });

  it('translates images and sound', () => {
    const png = { inlineData: { mimeType: 'image/png', data: 'QUJD' } };
    const pcm = { inlineData: { mimeType: 'audio/pcm', data: 'UENN' } };
    expect(choiceOf(answer([png, pcm]))).toMatchObject({
      message: {
        content: null,
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }],
        audio: { id: 'call_abc1', data: 'UENN', transcript: '' },
      },
    });
  });

  it('takes a prompt that was blocked for an answer of the filter', () => {
    expect(choiceOf({ promptFeedback: { blockReason: 'SAFETY' } })).toEqual({
      index: 0,
      message: { role: 'assistant', content: null },
      finish_reason: 'content_filter',
    });
  });

  it('translates each of several candidates', () => {
    const candidates = ['a', 'b'].map((text) => ({ content: { parts: [{ text }] } }));
    expect(translateAnswerDocument({ candidates }, CALL)?.choices).toMatchObject([
      { index: 0, message: { content: 'a' } },
      { index: 1, message: { content: 'b' } },
    ]);
  });

  it('tells an answer whose tokens were all thoughts', () => {
    expect(choiceOf({ candidates: [{ finishReason: 'MAX_TOKENS' }] })).toEqual({
      index: 0,
      message: { role: 'assistant', content: '' },
      finish_reason: 'length',
    });
  });

  it.each([[null], ['text'], [[]], [{}], [{ candidates: [] }], [{ candidates: 'x' }]])(
    'rejects %j as no answer',
    (document) => {
      expect(translateAnswerDocument(document, CALL)).toBeNull();
    },
  );
});

describe('translateFinish', () => {
  it.each([
    ['STOP', 0, 'stop'],
    ['STOP', 1, 'tool_calls'],
    ['MAX_TOKENS', 1, 'length'],
    ['SAFETY', 1, 'content_filter'],
    ['RECITATION', 0, 'content_filter'],
    ['PROHIBITED_CONTENT', 0, 'content_filter'],
    ['MALFORMED_FUNCTION_CALL', 0, 'stop'],
    [undefined, 0, 'stop'],
  ])('takes %s with %i calls for %s', (reason, calls, finish) => {
    expect(translateFinish(reason, calls)).toBe(finish);
  });
});

describe('translateUsage', () => {
  it('counts thoughts in, and what was cached and spoken apart', () => {
    const usage = translateUsage({
      promptTokenCount: 100,
      toolUsePromptTokenCount: 20,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 30,
      totalTokenCount: 160,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 70 },
        { modality: 'AUDIO', tokenCount: 30 },
      ],
      cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 10 }],
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 5 }],
    });
    expect(usage).toEqual({
      prompt_tokens: 120,
      completion_tokens: 40,
      total_tokens: 160,
      prompt_tokens_details: { cached_tokens: 60, audio_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 5 },
    });
    // The ledger reads the same from it.
    expect(readUsage({ ...usage })).toEqual({
      promptTokens: 120,
      completionTokens: 40,
      kinds: {
        cacheRead: 60,
        cacheWrite: 0,
        cacheWriteHour: 0,
        audioPrompt: 20,
        audioCompletion: 5,
        reasoning: 30,
      },
    });
  });

  it('counts thoughts once where the answer holds them already', () => {
    const told = {
      promptTokenCount: 5,
      candidatesTokenCount: 40,
      thoughtsTokenCount: 30,
      totalTokenCount: 45,
    };
    expect(translateUsage(told)).toMatchObject({ completion_tokens: 40, total_tokens: 45 });
  });

  it('takes what is no count for nothing', () => {
    expect(translateUsage({ promptTokenCount: -1, candidatesTokenCount: '7' })).toMatchObject({
      prompt_tokens: 0,
      completion_tokens: 0,
      total_tokens: 0,
    });
  });
});
