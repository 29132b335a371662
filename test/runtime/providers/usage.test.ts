import { parseUsage } from '../../../runtime/providers/usage';

describe('parseUsage', () => {
  it('reads the last usage', () => {
    const tail =
      'data: {"usage":null}\n\ndata: {"usage":{"prompt_tokens":12,"completion_tokens": 5}}\n\ndata: [DONE]\n\n';
    expect(parseUsage(Buffer.from(tail))).toEqual({ promptTokens: 12, completionTokens: 5 });
  });

  it('says nothing when the provider says nothing', () => {
    expect(parseUsage(Buffer.from('data: [DONE]\n\n'))).toBeNull();
    expect(parseUsage(Buffer.from('{"usage":null}'))).toBeNull();
  });
});
