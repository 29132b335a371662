import { selectSlots } from '../../../../runtime/routing/filters/free-slots';
import { deployment } from '../../../support/gateway-config-builder';

describe('selectSlots', () => {
  it.each([
    ['its own number', { maxParallelRequests: 4, rpm: 9, tpm: 60_000 }, 4],
    ['its requests per minute', { rpm: 9, tpm: 60_000 }, 9],
    ['a six-thousandth of its tokens per minute', { tpm: 60_000 }, 10],
    ['one at least', { tpm: 10 }, 1],
    ['the default', {}, 7],
  ])('is %s', (_, parts, slots) => {
    const router = { defaultMaxParallelRequests: 7 };
    expect(selectSlots(deployment({ id: 'one', ...parts }), router)).toBe(slots);
  });

  it('is no bound when nothing says one', () => {
    const router = { defaultMaxParallelRequests: null };
    expect(selectSlots(deployment({ id: 'one' }), router)).toBeNull();
  });
});
