import {
  checkEventlessStream,
  checkFirstEvent,
  checkLaterEvent,
  checkNextEvent,
} from '../../../runtime/providers/check-event';
import { ERROR_EVENTS } from './error-events';

const chunk = (delta: unknown, more: object = {}): string =>
  JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null, ...more }] });

const CHECKS = [
  ['checkFirstEvent', checkFirstEvent],
  ['checkNextEvent', checkNextEvent],
] as const;

describe.each(CHECKS)('%s', (_check, check) => {
  it.each(ERROR_EVENTS)('takes %s for its HTTP twin', (...[, event, kind, status]) => {
    expect(check(JSON.stringify(event), [])).toMatchObject({
      kind: 'failure',
      failure: { kind, status },
    });
  });

  it.each([
    ['text', chunk({ content: 'a' })],
    ['text beside the role', chunk({ role: 'assistant', content: 'a' })],
    ['a blank', chunk({ content: ' ' })],
    ['a thought', chunk({ reasoning_content: 'a' })],
    ['a thought in a list', chunk({ content: '', reasoning_details: [{ text: 'a' }] })],
    ['a call of a tool', chunk({ tool_calls: [{ index: 0, id: 'x' }] })],
    ['a call of a function', chunk({ content: null, function_call: { name: 'x' } })],
    ['a refusal', chunk({ refusal: 'no' })],
    ['a sound', chunk({ audio: { id: 'x' } })],
    ['what nobody knows yet', chunk({ smell: 'a' })],
    ['an end', chunk({}, { finish_reason: 'stop' })],
    ['a completion', chunk(undefined, { text: 'a' })],
    ['a message', chunk(undefined, { message: { role: 'assistant', content: 'a' } })],
    ['text of the second choice', JSON.stringify({ choices: [null, { delta: { content: 'a' } }] })],
  ])('takes %s for an answer', (_name, data) => {
    expect(check(data, [])).toEqual({ kind: 'answer' });
  });

  it.each([
    ['a role', chunk({ role: 'assistant' })],
    ['a role with empty text', chunk({ role: 'assistant', content: '', refusal: null })],
    ['a role with empty lists', chunk({ role: 'assistant', content: null, tool_calls: [] })],
    ['nothing at all', chunk({})],
    ['an empty function', chunk({ function_call: {} })],
    // Azure begins with the verdict of its filter on the prompt.
    ['a verdict on the prompt', '{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}'],
    ['an empty error', '{"choices":[],"error":{}}'],
  ])('takes %s for a prelude', (_name, data) => {
    expect(check(data, [])).toEqual({ kind: 'prelude' });
  });

  it('takes the end for a failure', () => {
    expect(check('[DONE]', [])).toEqual({
      kind: 'failure',
      failure: {
        kind: 'provider_invalid_response',
        status: 502,
        message: 'the provider ended its stream without an answer',
        retryAfterMs: null,
      },
    });
  });
});

describe('checkFirstEvent', () => {
  it.each([
    ['{"type":"ping"}', 'the provider answered without choices'],
    ['{"choices":null}', 'the provider answered without choices'],
    ['<html>', 'the provider answered with something else than JSON'],
    ['', 'the provider answered with something else than JSON'],
  ])('rejects a stranger: %s', (data, message) => {
    expect(checkFirstEvent(data, [])).toMatchObject({ kind: 'failure', failure: { message } });
  });
});

describe('checkNextEvent', () => {
  it.each(['{"type":"ping"}', 'ping', ''])('passes over a stranger: %j', (data) => {
    expect(checkNextEvent(data, [])).toEqual({ kind: 'prelude' });
  });
});

describe('checkLaterEvent', () => {
  it('finds an error, and nothing in anything else', () => {
    expect(checkLaterEvent('{"error":{"message":"x"}}', [])).toMatchObject({ message: 'x' });
    expect(checkLaterEvent('{"error":null,"choices":[]}', [])).toBeNull();
    expect(checkLaterEvent('{"choices":[],"usage":{"error":1}}', [])).toBeNull();
    expect(checkLaterEvent('[DONE]', [])).toBeNull();
  });
});

describe('checkEventlessStream', () => {
  it.each([
    ['', 'the provider ended its stream without an answer'],
    [': ping\n\n', 'the provider answered with something else than JSON'],
    ['<html>', 'the provider answered with something else than JSON'],
    ['{"error":{"message":"x"}}', 'x'],
    ['{"choices":[{}]}', 'the provider answered a stream request without a stream'],
  ])('says what %j was', (text, message) => {
    expect(checkEventlessStream(text, [])).toMatchObject({ message });
  });
});
