import { parseRequestTraits, parseTagHeader } from '../../../runtime/providers/request-traits';
import { setOfNames } from '../../../runtime/routing/param-support';
import { PLAIN_TRAITS } from '../../../runtime/routing/request-traits';

describe('parseRequestTraits', () => {
  it('finds nothing in a plain request but its length', () => {
    const json = { messages: [{ role: 'user', content: 'Hello you' }] };
    expect(parseRequestTraits(json, 'json')).toEqual({ ...PLAIN_TRAITS, promptTokens: 7 });
  });

  it('finds all that routing depends on', () => {
    const json = {
      messages: [],
      metadata: { tags: ['paid'], session_id: 's1' },
      allowed_model_region: 'eu',
      response_format: { type: 'json_schema' },
      priority: 2,
      user: 'ann',
    };
    expect(parseRequestTraits(json, 'stream')).toEqual({
      delivery: 'stream',
      promptTokens: 0,
      tags: ['paid'],
      allowedRegion: 'eu',
      answerFormat: 'schema',
      modelParams: setOfNames(['response_format', 'user']),
      unsupportedParams: 'as-configured',
      priority: 2,
      user: 'ann',
      session: 's1',
      stickyKey: null,
    });
  });

  it('takes tags and the session from the body itself as well', () => {
    const traits = parseRequestTraits({ tags: ['x'], litellm_session_id: 's2' }, 'json');
    expect(traits).toMatchObject({ tags: ['x'], session: 's2' });
  });

  it('rejects more tags than anybody needs', () => {
    const tags = Array.from({ length: 65 }, (_, index) => `t${index}`);
    expect(() => parseRequestTraits({ tags }, 'json')).toThrow('tags must be at most 64 names');
  });
});

describe('parseTagHeader', () => {
  it('reads names with commas between them', () => {
    expect(parseTagHeader(' a, b ,,c')).toEqual(['a', 'b', 'c']);
    expect(parseTagHeader(undefined)).toEqual([]);
  });
});
