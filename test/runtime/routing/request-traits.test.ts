import { estimatePromptTokens } from '../../../runtime/routing/request-traits';

describe('estimatePromptTokens', () => {
  it('counts a token for four bytes of text, and four for each message', () => {
    const messages = [
      { role: 'system', content: 'x'.repeat(400) },
      { role: 'user', content: [{ type: 'text', text: 'y'.repeat(40) }] },
    ];
    expect(estimatePromptTokens(messages)).toBe(100 + 10 + 8);
  });

  it('does not count a picture by its bytes', () => {
    const picture = { type: 'image_url', image_url: { url: 'z'.repeat(100_000) } };
    expect(estimatePromptTokens([{ role: 'user', content: [picture] }])).toBe(4);
  });

  it('counts what is no message as an empty one', () => {
    expect(estimatePromptTokens([null, 3, 'text', { content: null }])).toBe(16);
  });
});
