import { runInNewContext } from 'node:vm';
import { describeTrouble } from '../../runtime/describe-trouble';

describe('describeTrouble', () => {
  it('says what an error says, wherever it was made', () => {
    expect(describeTrouble(new Error('no route'))).toBe('no route');
    expect(describeTrouble(runInNewContext(`new Error('no route')`))).toBe('no route');
  });

  it('says all that several addresses said', () => {
    const error = new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]);
    expect(describeTrouble(error)).toBe('refused ::1, refused 127.0.0.1');
  });

  it.each([[null], ['text'], [new Error('')], [new AggregateError([])]])(
    'is at a loss for words about %p',
    (error) => {
      expect(describeTrouble(error)).toBe('unknown');
    },
  );
});
