import { estimateBilledPrompt } from '../../../runtime/providers/billed-prompt';

const estimate = (body: object): number => estimateBilledPrompt(Buffer.from(JSON.stringify(body)));
const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });

describe('estimateBilledPrompt', () => {
  it.each([
    ['text by its length, and four tokens for each message', user('x'.repeat(40)), 14],
    ['text in parts', user([{ type: 'text', text: 'x'.repeat(40) }]), 14],
    ['nothing where there is nothing', {}, 0],
    ['a picture', user([{ type: 'image_url', image_url: { url: 'https://x/y.png' } }]), 769],
    [
      'a picture that is looked at briefly',
      user([{ type: 'image_url', image_url: { url: 'data:…', detail: 'low' } }]),
      89,
    ],
    [
      'ten seconds of sound',
      user([{ type: 'input_audio', input_audio: { data: 'x'.repeat(213_300), format: 'mp3' } }]),
      104,
    ],
    ['a file', user([{ type: 'file', file: { file_id: 'f' } }]), 1004],
    ['what it does not know as a message', user([{ type: 'other' }, null, 5]), 4],
  ])('counts %s', (_name, body, expected) => {
    expect(estimate(body)).toBe(expected);
  });

  it('counts tools and earlier calls of tools, which a model reads too', () => {
    const plain = estimate(user('x'));
    const tools = [{ type: 'function', function: { name: 'f', description: 'd'.repeat(400) } }];
    expect(estimate({ ...user('x'), tools })).toBeGreaterThan(plain + 100);
    const called = {
      role: 'assistant',
      tool_calls: [{ function: { arguments: 'a'.repeat(400) } }],
    };
    expect(estimate({ messages: [called] })).toBeGreaterThan(100);
  });
});
