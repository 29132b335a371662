import { renderErrorJson } from '../../../runtime/errors';
import { refuseMissingRoute } from '../../../runtime/http/missing-route';

describe('refuseMissingRoute', () => {
  it.each([
    ['/v1/responses', 'Responses'],
    ['/responses/resp_1/input_items', 'Responses'],
    ['/v1/embeddings/', 'Embeddings'],
    ['/openai/deployments/gpt/embeddings', 'Embeddings'],
    ['/engines/gpt/completions', 'Completions'],
    ['/v1/images/generations', 'Images'],
    ['/v1/messages', 'Messages'],
    ['/v1/messages/count_tokens', 'Messages'],
    ['/v1beta/models/gemini-2.5-pro:streamGenerateContent', 'generateContent'],
    ['/model/anthropic.claude/converse-stream', 'Converse'],
    ['/anthropic/v1/messages', 'Pass-through'],
  ])('names the endpoint of %s', (path, name) => {
    const { code, status, message } = refuseMissingRoute(path);
    expect([code, status, message]).toEqual([
      'endpoint_not_served',
      501,
      `${name} is an endpoint that this gateway does not serve; it serves /v1/chat/completions and /v1/models`,
    ]);
  });

  it.each(['/', '/chat', '/api/v1/chat/completions', '/v1/chat/completions/chat/completions'])(
    'says of %s what the base URL should be',
    (path) => {
      const { code, message } = refuseMissingRoute(path);
      expect([code, message]).toEqual([
        'route_not_found',
        'there is no such route; the base URL of a client of OpenAI is the address of this gateway with /v1, and nothing after it',
      ]);
    },
  );

  it('answers in the dialect of the client', () => {
    const read = (path: string): unknown => JSON.parse(renderErrorJson(refuseMissingRoute(path)));
    expect(read('/v1/messages')).toMatchObject({
      type: 'error',
      error: { type: 'not_implemented_error', gateway_code: 'endpoint_not_served' },
    });
    expect(read('/v1beta/models/gemini:generateContent')).toMatchObject({
      error: { code: 501, status: 'UNIMPLEMENTED' },
    });
    expect(read('/v1/embeddings')).toMatchObject({ error: { code: '501', param: null } });
  });
});
