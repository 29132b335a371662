import { FailureThrottle } from '../../../runtime/auth/failure-throttle';
import { ManualClock } from '../../support/manual-clock';

function fail(throttle: FailureThrottle, address: string, times: number): readonly unknown[] {
  return Array.from({ length: times }, () => throttle.recordFailure(address));
}

describe('FailureThrottle', () => {
  it('looks at twenty failures of an address in a minute', () => {
    const clock = new ManualClock();
    const throttle = new FailureThrottle(clock);
    expect(fail(throttle, '10.0.0.1', 20)).toEqual(Array.from({ length: 20 }, () => null));
    clock.advance(10_000);
    expect(throttle.recordFailure('10.0.0.1')).toBe(50_000);
    expect(throttle.recordFailure('10.0.0.2')).toBeNull();
    clock.advance(50_000);
    expect(throttle.recordFailure('10.0.0.1')).toBeNull();
  });

  it.each([
    ['2001:db8::1', '2001:db8::2'],
    ['2001:db8:0:0:1::9', '2001:db8::f00'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '::2'],
  ])('takes %s and %s for one', (first, second) => {
    const throttle = new FailureThrottle(new ManualClock());
    fail(throttle, first, 20);
    expect(throttle.recordFailure(second)).toBe(60_000);
  });

  it.each([
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['10.0.0.1', '10.0.0.2'],
  ])('tells %s from %s', (first, second) => {
    const throttle = new FailureThrottle(new ManualClock());
    fail(throttle, first, 20);
    expect(throttle.recordFailure(second)).toBeNull();
  });

  it('looks at two thousand failures of all addresses in a minute', () => {
    const throttle = new FailureThrottle(new ManualClock());
    for (let index = 0; index < 2_000; index += 1) {
      expect(throttle.recordFailure(`10.0.${index >> 8}.${index & 255}`)).toBeNull();
    }
    expect(throttle.recordFailure('10.1.0.0')).toBe(60_000);
  });

  it('remembers ten thousand addresses, however many there are', () => {
    const throttle = new FailureThrottle(new ManualClock());
    for (let index = 0; index < 100_000; index += 1) {
      throttle.recordFailure(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
    }
    expect(throttle.size).toBe(10_000);
  });

  it('forgets addresses whose minute is over', () => {
    const clock = new ManualClock();
    const throttle = new FailureThrottle(clock);
    throttle.recordFailure('10.0.0.1');
    throttle.recordFailure('10.0.0.2');
    clock.advance(60_000);
    throttle.recordFailure('10.0.0.3');
    expect(throttle.size).toBe(1);
  });
});
