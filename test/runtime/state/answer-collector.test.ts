import { AnswerCollector } from '../../../runtime/state/answer-collector';
import { MOST_ANSWER_BYTES } from '../../../runtime/state/response-cache';

describe('AnswerCollector', () => {
  it('gives all that passed by, in order', () => {
    const collector = new AnswerCollector();
    for (const piece of ['data: 1\n\n', '', 'data: [DONE]\n\n']) collector.add(Buffer.from(piece));
    expect(String(collector.finish())).toBe('data: 1\n\ndata: [DONE]\n\n');
  });

  it('gives nothing when it was too much, and keeps no part of it', () => {
    const collector = new AnswerCollector();
    collector.add(Buffer.alloc(MOST_ANSWER_BYTES));
    expect(collector.finish()?.length).toBe(MOST_ANSWER_BYTES);
    collector.add(Buffer.from('x'));
    collector.add(Buffer.from('y'));
    expect(collector.finish()).toBeNull();
  });
});
