import { providerOf } from '../../../lib/config/provider-of';

describe('providerOf', () => {
  it.each([
    ['azure/gpt-4o', 'azure', 'gpt-4o'],
    ['openrouter/meta/llama', 'openrouter', 'meta/llama'],
    ['openai/*', 'openai', '*'],
    ['*', '*', '*'],
    ['gpt-4o-mini', 'openai', 'gpt-4o-mini'],
    ['o1', 'openai', 'o1'],
    ['o3-mini', 'openai', 'o3-mini'],
    ['o4-mini', 'openai', 'o4-mini'],
    ['ft:gpt-4o:acme', 'openai', 'ft:gpt-4o:acme'],
    ['text-embedding-3-small', 'openai', 'text-embedding-3-small'],
    ['text-embedding-004', 'vertex_ai', 'text-embedding-004'],
    ['dall-e-3', 'openai', 'dall-e-3'],
    ['whisper-1', 'openai', 'whisper-1'],
    ['tts-1', 'openai', 'tts-1'],
    ['claude-sonnet-4', 'anthropic', 'claude-sonnet-4'],
    ['gemini-2.5-pro', 'vertex_ai', 'gemini-2.5-pro'],
    ['anthropic.claude-3-haiku-20240307-v1:0', 'bedrock', 'anthropic.claude-3-haiku-20240307-v1:0'],
    ['us.amazon.nova-pro-v1:0', 'bedrock', 'us.amazon.nova-pro-v1:0'],
    ['my-model', 'unknown', 'my-model'],
    ['o1x', 'unknown', 'o1x'],
  ])('reads %s', (model, provider, providerModel) => {
    expect(providerOf(model, null)).toEqual({ provider, providerModel });
  });

  it('lets custom_llm_provider have the last word', () => {
    expect(providerOf('meta-llama/Llama-3', 'openai')).toEqual({
      provider: 'openai',
      providerModel: 'meta-llama/Llama-3',
    });
    expect(providerOf('azure/gpt-4o', 'azure')).toEqual({
      provider: 'azure',
      providerModel: 'gpt-4o',
    });
  });
});
