import { GENERATE_CONTENT_DIALECT } from '../../../../runtime/providers/generate-content/dialect';
import { chunksOf, deltasOf, translateStream } from '../../../support/translated-stream';

const event = (json: object): string =>
  `data: ${JSON.stringify({ responseId: 'r1', modelVersion: 'gemini-x-1', ...json })}\r\n\r\n`;
const parts = (list: readonly object[], more: object = {}): string =>
  event({ candidates: [{ content: { role: 'model', parts: list }, index: 0, ...more }] });
const usage = { promptTokenCount: 10, candidatesTokenCount: 4, totalTokenCount: 14 };

const translate = (bytes: Buffer, cuts: readonly number[] = []): string =>
  translateStream(GENERATE_CONTENT_DIALECT, bytes, {
    cuts,
    call: { providerModel: 'gemini-x', id: 'chatcmpl-abc' },
  });

const finishesOf = (told: string): readonly unknown[] =>
  chunksOf(told).flatMap(({ choices }) =>
    choices.flatMap(({ index, finish_reason: reason }) =>
      reason === null ? [] : [[index, reason]],
    ),
  );

const WHOLE = [
  ': a comment\r\n\r\n',
  parts([{ text: 'Hm', thought: true }]),
  parts([{ text: 'Grüße 👋' }]),
  parts([
    {
      functionCall: { name: 'weather', args: { city: 'Zürich' } },
      thoughtSignature: 'c2ln',
    },
    { functionCall: { name: 'now' } },
  ]),
  event({ somethingNew: {}, candidates: [] }),
  parts([{ functionCall: { id: 'own', name: 'then', args: {} } }], {
    finishReason: 'STOP',
  }).replace('"responseId"', `"usageMetadata":${JSON.stringify(usage)},"responseId"`),
].join('');

describe('GenerateContentStream', () => {
  it('tells thoughts, words and calls of tools as they come', () => {
    const told = translate(Buffer.from(WHOLE));
    expect(deltasOf(told)).toEqual([
      { role: 'assistant', reasoning_content: 'Hm' },
      { content: 'Grüße 👋' },
      {
        tool_calls: [
          {
            index: 0,
            id: 'call_abc1',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Zürich"}' },
            provider_specific_fields: { thought_signature: 'c2ln' },
          },
          {
            index: 1,
            id: 'call_abc2',
            type: 'function',
            function: { name: 'now', arguments: '{}' },
          },
        ],
      },
      {
        tool_calls: [
          { index: 2, id: 'own', type: 'function', function: { name: 'then', arguments: '{}' } },
        ],
      },
      {},
    ]);
    expect(finishesOf(told)).toEqual([[0, 'tool_calls']]);
    expect(new Set(chunksOf(told).map(({ id, model }) => `${id} ${model}`))).toEqual(
      new Set(['r1 gemini-x-1']),
    );
    expect(chunksOf(told).at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 },
    });
    expect(told.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('tells the same wherever it is cut, byte by byte and with other line ends', () => {
    const bytes = Buffer.from(WHOLE);
    const told = translate(bytes);
    for (let at = 1; at < bytes.length; at += 1) expect(translate(bytes, [at])).toBe(told);
    const each = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1);
    expect(translate(bytes, each)).toBe(told);
    expect(translate(Buffer.from(WHOLE.replaceAll('\r\n', '\n')), [100, 101, 500])).toBe(told);
  });

  it('never takes a stream that breaks off for a whole one, at whatever byte', () => {
    const bytes = Buffer.from(WHOLE.replaceAll('\r\n', '\n'));
    for (let at = 0; at < bytes.length - 1; at += 1) {
      expect(translate(bytes.subarray(0, at))).not.toContain('[DONE]');
    }
  });

  it('waits for the end of each of several choices', () => {
    const first = event({
      candidates: [
        { index: 0, content: { parts: [{ text: 'a' }] } },
        { index: 1, content: { parts: [{ text: 'b' }] } },
      ],
    });
    const ends = (index: number, finishReason: string): string =>
      event({ candidates: [{ index, finishReason }] });
    expect(translate(Buffer.from(first + ends(1, 'MAX_TOKENS')))).not.toContain('[DONE]');
    const told = translate(Buffer.from(first + ends(1, 'MAX_TOKENS') + ends(0, 'SAFETY')));
    expect(finishesOf(told)).toEqual([
      [0, 'content_filter'],
      [1, 'length'],
    ]);
    expect(told).toContain('[DONE]');
  });

  it('tells the end once where a model says it with each event', () => {
    const told = translate(
      Buffer.from(parts([{ text: 'a' }], { finishReason: 'STOP' }) + parts([{ text: 'b' }])),
    );
    expect(deltasOf(told)).toEqual([{ role: 'assistant', content: 'a' }, { content: 'b' }, {}]);
    expect(finishesOf(told)).toEqual([[0, 'stop']]);
  });

  it('ends with content_filter where the prompt was blocked', () => {
    const blocked = event({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    const told = translate(Buffer.from(blocked));
    expect(finishesOf(told)).toEqual([[0, 'content_filter']]);
    expect(told).toContain('[DONE]');
  });

  it('is not whole without an answer', () => {
    expect(translate(Buffer.from(event({ usageMetadata: usage })))).toBe('');
  });

  it('tells of an error in the middle, and of nothing after it', () => {
    const error = { error: { code: 503, message: 'Overloaded.', status: 'UNAVAILABLE' } };
    const told = translate(
      Buffer.from(`${parts([{ text: 'a' }])}data: ${JSON.stringify([error])}\n\n${WHOLE}`),
    );
    expect(chunksOf(told).at(-1)).toEqual({
      error: { message: 'Overloaded.', type: 'UNAVAILABLE', param: null, code: 'UNAVAILABLE' },
    });
    expect(told).not.toContain('[DONE]');
  });

  it('tells images, sound, probabilities and what only Google has', () => {
    const token = { token: 'a', logProbability: -0.5 };
    const told = translate(
      Buffer.from(
        parts(
          [
            { inlineData: { mimeType: 'image/png', data: 'QUJD' } },
            { inlineData: { mimeType: 'audio/L16;codec=pcm;rate=24000', data: 'UENN' } },
            { executableCode: { code: '1+1' } },
            { text: 'a', thoughtSignature: 'c2ln' },
          ],
          {
            finishReason: 'STOP',
            groundingMetadata: { webSearchQueries: ['x'] },
            logprobsResult: { chosenCandidates: [token], topCandidates: [{ candidates: [token] }] },
          },
        ),
      ),
    );
    expect(deltasOf(told)[0]).toEqual({
      role: 'assistant',
      content: 'a',
      images: [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD', detail: 'auto' } },
      ],
      audio: { data: 'UENN' },
      provider_specific_fields: {
        grounding_metadata: { webSearchQueries: ['x'] },
        thought_signatures: ['c2ln'],
        code_execution: [{ executableCode: { code: '1+1' } }],
      },
    });
    const said = { token: 'a', logprob: -0.5, bytes: null };
    expect(chunksOf(told)[0]?.choices[0]?.logprobs).toEqual({
      content: [{ ...said, top_logprobs: [said] }],
    });
  });

  it('passes over what is no JSON', () => {
    expect(translate(Buffer.from(`data: {"candidates":\n\n${WHOLE}`))).toBe(
      translate(Buffer.from(WHOLE)),
    );
  });
});
