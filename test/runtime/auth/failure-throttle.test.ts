import { FailureThrottle } from '../../../runtime/auth/failure-throttle';
import { ManualClock } from '../../support/manual-clock';

function fail(throttle: FailureThrottle, network: string, times: number): void {
  for (let index = 0; index < times; index += 1) throttle.recordFailure(network, null);
}

describe('FailureThrottle', () => {
  it('throttles a network after twenty failures until its minute is over', () => {
    const clock = new ManualClock();
    const throttle = new FailureThrottle(clock);
    fail(throttle, 'a', 19);
    expect([throttle.throttles, throttle.readWaitMs('a', null)]).toEqual(['nobody', null]);
    clock.advance(10_000);
    fail(throttle, 'a', 1);
    expect([throttle.throttles, throttle.readWaitMs('a', null)]).toEqual(['some', 50_000]);
    expect(throttle.readWaitMs('b', null)).toBeNull();
    clock.advance(50_000);
    expect([throttle.throttles, throttle.readWaitMs('a', null)]).toEqual(['nobody', null]);
    fail(throttle, 'a', 1);
    expect(throttle.throttles).toBe('nobody');
  });

  it('counts the same guess once, and different ones each', () => {
    const throttle = new FailureThrottle(new ManualClock());
    for (let index = 0; index < 100; index += 1) throttle.recordFailure('a', 'deadbeef00');
    expect(throttle.throttles).toBe('nobody');
    for (let index = 0; index < 18; index += 1)
      throttle.recordFailure('a', `0000${index + 1000}ff`);
    expect(throttle.throttles).toBe('nobody');
    throttle.recordFailure('a', 'beefdead00');
    expect(throttle.throttles).toBe('some');
    expect(throttle.readWaitMs('a', 'deadbeef00')).toBeNull();
    expect(throttle.readWaitMs('a', '12345678')).toBe(60_000);
  });

  it('throttles whoever failed at all after two thousand failures of all networks in a minute', () => {
    const throttle = new FailureThrottle(new ManualClock());
    for (let index = 0; index < 1_999; index += 1) throttle.recordFailure(`${index}`, null);
    expect(throttle.throttles).toBe('nobody');
    throttle.recordFailure('last', null);
    expect(throttle.throttles).toBe('some');
    expect([throttle.readWaitMs('last', null), throttle.readWaitMs('7', null)]).toEqual([
      60_000, 60_000,
    ]);
    expect(throttle.readWaitMs('innocent', null)).toBeNull();
  });

  it('remembers ten thousand networks, however many there are', () => {
    const throttle = new FailureThrottle(new ManualClock());
    for (let index = 0; index < 100_000; index += 1) throttle.recordFailure(`${index}`, null);
    expect(throttle.size).toBe(10_000);
  });

  it('forgets networks whose minute is over', () => {
    const clock = new ManualClock();
    const throttle = new FailureThrottle(clock);
    throttle.recordFailure('a', null);
    throttle.recordFailure('b', null);
    clock.advance(60_000);
    throttle.recordFailure('c', null);
    expect(throttle.size).toBe(1);
  });
});
