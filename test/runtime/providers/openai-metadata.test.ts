import { isKeptBack, selectOpenAiMetadata } from '../../../runtime/providers/openai-metadata';

const MANY = Object.fromEntries(Array.from({ length: 17 }, (_item, at) => [`k${at}`, 'v']));

describe('selectOpenAiMetadata', () => {
  it.each([
    [{ metadata: { k: 'v' } }, undefined],
    [{ metadata: { k: 'v' }, store: false }, undefined],
    [{ metadata: { k: 'v' }, store: true }, { k: 'v' }],
    [{ metadata: { k: 'v', tags: ['a'] }, store: true }, { k: 'v' }],
    [{ metadata: { tags: ['a'] }, store: true }, undefined],
    [{ metadata: 'wrong', store: true }, 'wrong'],
    [{ metadata: null, store: true }, undefined],
    [{ store: true }, undefined],
  ])('makes of %j %j', (body, metadata) => {
    expect(selectOpenAiMetadata(body)).toEqual(metadata);
  });

  it('sends the sixteen entries that OpenAI takes, as LiteLLM does', () => {
    const metadata = selectOpenAiMetadata({ metadata: MANY, store: true });
    expect(Object.keys(metadata as object)).toHaveLength(16);
  });
});

describe('isKeptBack', () => {
  it('is only about metadata that would change', () => {
    expect(isKeptBack({})).toBe(false);
    expect(isKeptBack({ metadata: null })).toBe(false);
    expect(isKeptBack({ metadata: { k: 'v' }, store: true })).toBe(false);
    expect(isKeptBack({ metadata: { k: 1 }, store: true })).toBe(true);
    expect(isKeptBack({ metadata: MANY, store: true })).toBe(true);
    expect(isKeptBack({ metadata: { k: 'v' } })).toBe(true);
  });
});
