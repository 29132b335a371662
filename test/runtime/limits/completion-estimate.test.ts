import {
  CompletionEstimate,
  FIRST_COMPLETION_TOKENS,
} from '../../../runtime/limits/completion-estimate';

describe('CompletionEstimate', () => {
  it('begins with a page of text and learns from ten answers on', () => {
    const estimate = new CompletionEstimate();
    for (let tokens = 1; tokens <= 9; tokens += 1) estimate.record('a', tokens);
    expect(estimate.selectTypicalTokens('a')).toBe(FIRST_COMPLETION_TOKENS);
    estimate.record('a', 10);
    expect(estimate.selectTypicalTokens('a')).toBe(8);
    expect(estimate.selectTypicalTokens('b')).toBe(FIRST_COMPLETION_TOKENS);
  });

  it('forgets all but the last hundred answers', () => {
    const estimate = new CompletionEstimate();
    for (let call = 0; call < 100; call += 1) estimate.record('a', 1000);
    for (let call = 0; call < 79; call += 1) estimate.record('a', 5);
    expect(estimate.selectTypicalTokens('a')).toBe(1000);
    estimate.record('a', 5);
    expect(estimate.selectTypicalTokens('a')).toBe(5);
  });
});
