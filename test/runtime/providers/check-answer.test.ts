import { checkJsonAnswer, isContentFiltered } from '../../../runtime/providers/check-answer';
import { ERROR_EVENTS } from './error-events';

const check = (text: string): ReturnType<typeof checkJsonAnswer> =>
  checkJsonAnswer(Buffer.from(text), []);

describe('checkJsonAnswer', () => {
  it.each(ERROR_EVENTS)('takes %s with status 200 for its HTTP twin', (_name, event, kind) => {
    expect(check(JSON.stringify(event))).toMatchObject({ kind });
  });

  it.each([
    '{"choices":[{}]}',
    ' {"choices":[{}]}\n',
    '{"choices" : [ {} ]}',
    '{"choices": \n [\t{"message":{}}]}',
    '{"choices":[{"message":{"content":"\\"error\\""}}]}',
    '{"error":null,"choices":[{}]}',
    '{"error":{},"choices":[{}]}',
    '{"error":"","choices":[{}]}',
    '{"choices":[{"error":null}]}',
  ])('accepts %s', (text) => {
    expect(check(text)).toBeNull();
  });

  it.each([
    ['{"choices":[]}', 'the provider answered without choices'],
    ['{"choices": [ ]}', 'the provider answered without choices'],
    ['{"choices":null}', 'the provider answered without choices'],
    ['{"choices":{}}', 'the provider answered without choices'],
    ['{"choices":"{"}', 'the provider answered without choices'],
    ['{"choices":[null]}', 'the provider answered without choices'],
    ['{"choices":["a"]}', 'the provider answered without choices'],
    ['{"id":1}', 'the provider answered without choices'],
    ['[]', 'the provider answered with something else than JSON'],
    ['', 'the provider answered with something else than JSON'],
    [' \n', 'the provider answered with something else than JSON'],
    ['null', 'the provider answered with something else than JSON'],
    ['data: [DONE]\n\n', 'the provider answered with something else than JSON'],
    ['<html>"choices":[{</html>', 'the provider answered with something else than JSON'],
    ['{"choices":[{"message":', 'the provider answered with something else than JSON'],
    ['{"error":"\\"choices\\":[{"}', '"choices":[{'],
    ['{"error":{"message":"x"},"choices":[{}]}', 'x'],
  ])('takes %s for a failure', (text, message) => {
    expect(check(text)).toMatchObject({ message });
  });
});

describe('isContentFiltered', () => {
  const answer = (reason: string, content = ''): Buffer =>
    Buffer.from(JSON.stringify({ choices: [{ message: { content }, finish_reason: reason }] }));

  it('finds an answer that the filter cut off', () => {
    expect(isContentFiltered(answer('content_filter'))).toBe(true);
    expect(isContentFiltered(answer('stop'))).toBe(false);
  });

  it('is not fooled by the text of the model', () => {
    expect(isContentFiltered(answer('stop', '"finish_reason":"content_filter"'))).toBe(false);
    const named = Buffer.from('{"x":"content_filter","choices":[null]}');
    expect(isContentFiltered(named)).toBe(false);
  });
});
