import { PhaseTimer } from '../../../runtime/upstream/phase-timer';
import { ManualClock } from '../../support/manual-clock';

describe('PhaseTimer', () => {
  it('expires at the last deadline it was given', () => {
    const clock = new ManualClock();
    const expiries: number[] = [];
    const timer = new PhaseTimer(clock, () => expiries.push(clock.nowMs()));
    timer.expireAt(100);
    clock.advance(60);
    timer.expireAt(160);
    clock.advance(1000);
    expect(expiries).toEqual([160]);
  });

  it('sets no new timer while deadlines only move later', () => {
    const clock = new ManualClock();
    const timer = new PhaseTimer(clock, () => undefined);
    for (let atMs = 100; atMs < 200; atMs += 1) timer.expireAt(atMs);
    expect(clock.armed).toBe(1);
  });

  it('expires earlier when the deadline moves earlier', () => {
    const clock = new ManualClock();
    const expiries: number[] = [];
    const timer = new PhaseTimer(clock, () => expiries.push(clock.nowMs()));
    timer.expireAt(100);
    timer.expireAt(40);
    clock.advance(200);
    expect(expiries).toEqual([40]);
  });

  it('leaves no timer behind when it is stopped', () => {
    const clock = new ManualClock();
    const timer = new PhaseTimer(clock, () => {
      throw new Error('expired');
    });
    timer.expireAt(100);
    timer.stop();
    expect(clock.waiting).toBe(0);
    clock.advance(200);
  });
});
