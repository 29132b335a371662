import fc from 'fast-check';
import { countWrittenBytes, findAnsweringModel } from '../../../runtime/providers/answer-text';

const count = (value: unknown): number => countWrittenBytes(Buffer.from(JSON.stringify(value)));

describe('countWrittenBytes', () => {
  it('counts any text by its bytes, whatever has to be escaped in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (content) => {
        expect(count({ choices: [{ message: { content } }] })).toBe(Buffer.byteLength(content));
      }),
    );
  });

  it.each([
    ['the answer', { delta: { content: 'four' } }, 4],
    ['what was thought', { delta: { reasoning_content: 'four', content: '' } }, 4],
    ['what OpenRouter calls what was thought', { delta: { reasoning: 'four' } }, 4],
    ['a refusal', { delta: { refusal: 'four' } }, 4],
    ['the arguments of a call', { function: { name: 'f', arguments: '{"a":1}' } }, 7],
    ['parts of a text', { content: [{ type: 'text', text: 'four' }] }, 4],
    ['several answers', [{ content: 'four' }, { content: 'four' }], 8],
    ['nothing else', { id: 'x'.repeat(99), model: 'gpt-4o', content: null }, 0],
  ])('counts %s', (_name, value, expected) => {
    expect(count(value)).toBe(expected);
  });

  it('counts letters that a provider writes as numbers by what they stand for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (content) => {
        const escaped = content.replace(
          /[^]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
        const answer = Buffer.from(`{"content": "${escaped}"}`);
        expect(countWrittenBytes(answer)).toBe(Buffer.byteLength(content));
      }),
    );
  });

  it('counts a text that is cut off as far as it goes', () => {
    expect(countWrittenBytes(Buffer.from('{"content":"four'))).toBe(4);
  });

  it('is not misled by a text that quotes an answer', () => {
    expect(count({ content: '{"content":"four"}' })).toBe(18);
  });
});

describe('findAnsweringModel', () => {
  it('finds who answered, where it is told', () => {
    expect(findAnsweringModel(Buffer.from('{"id":"x","model": "gpt-4o"}'))).toBe('gpt-4o');
    expect(findAnsweringModel(Buffer.from('{"id":"x"}'))).toBeNull();
  });
});
