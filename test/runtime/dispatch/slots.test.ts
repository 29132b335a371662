import fc from 'fast-check';
import { Cancellation } from '../../../runtime/dispatch/cancellation';
import { Slots } from '../../../runtime/dispatch/slots';
import type { Slot } from '../../../runtime/dispatch/slots';
import { ManualClock } from '../../support/manual-clock';

const HOUR_MS = 3_600_000;

const waiting = (priority = 0, deadlineMs = HOUR_MS) => ({
  priority,
  deadlineMs,
  cancellation: new Cancellation(),
});

function take(slots: Slots, size: number | null = 1): Slot {
  const slot = slots.take('one', size);
  if (slot === null) throw new Error('no place was free');
  return slot;
}

describe('Slots', () => {
  it('gives out as many places as there are, and any number without a bound', () => {
    const slots = new Slots(new ManualClock());
    take(slots, 2);
    const second = take(slots, 2);
    expect(slots.take('one', 2)).toBeNull();
    expect(slots.take('other', 2)).not.toBeNull();
    expect(slots.take('one', null)).not.toBeNull();
    second.release();
    expect(slots.take('one', 2)).toBeNull();
  });

  it('lets the most urgent go first, and among equals the first that came', async () => {
    const clock = new ManualClock();
    const slots = new Slots(clock);
    const held = take(slots);
    const order: string[] = [];
    const wait = (name: string, priority: number): Promise<void> =>
      slots.wait('one', waiting(priority)).then((slot) => {
        order.push(name);
        if (typeof slot === 'object') slot.release();
      });
    const all = [wait('late-1', 5), wait('urgent-1', 0), wait('late-2', 5), wait('urgent-2', 0)];
    held.release();
    await Promise.all(all);
    expect(order).toEqual(['urgent-1', 'urgent-2', 'late-1', 'late-2']);
    expect(clock.waiting).toBe(0);
  });

  it('does not let a newcomer overtake those who wait', async () => {
    const slots = new Slots(new ManualClock());
    const held = take(slots);
    const waits = slots.wait('one', waiting());
    held.release();
    expect(slots.take('one', 1)).toBeNull();
    const slot = await waits;
    if (typeof slot !== 'object') throw new Error('the place was not given on');
    slot.release();
    expect(slots.take('one', 1)).not.toBeNull();
  });

  it('waits no longer than the call has time', async () => {
    const clock = new ManualClock();
    const slots = new Slots(clock);
    const held = take(slots);
    const waits = slots.wait('one', waiting(0, 500));
    clock.advance(500);
    expect(await waits).toBe('too-late');
    held.release();
    expect(slots.take('one', 1)).not.toBeNull();
  });

  it('stops waiting at once when the call is given up', async () => {
    const clock = new ManualClock();
    const slots = new Slots(clock);
    const held = take(slots);
    const call = waiting();
    const waits = slots.wait('one', call);
    call.cancellation.cancel('client-left');
    expect(await waits).toBe('cancelled');
    expect(clock.waiting).toBe(0);
    held.release();
    expect(slots.take('one', 1)).not.toBeNull();
  });

  it('takes a place back once, however often it is given', () => {
    const slots = new Slots(new ManualClock());
    const held = take(slots, 2);
    take(slots, 2);
    held.release();
    held.release();
    take(slots, 2);
    expect(slots.take('one', 2)).toBeNull();
  });

  it('never has more out than there are, and all back in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.constantFrom('come', 'go', 'leave', 'time'), { maxLength: 60 }),
        async (size, steps) => {
          const clock = new ManualClock();
          const slots = new Slots(clock);
          const held: Slot[] = [];
          const calls: Cancellation[] = [];
          for (const step of steps) {
            if (step === 'come') {
              const slot = slots.take('one', size);
              const call = waiting(0, clock.nowMs() + 50);
              calls.push(call.cancellation);
              if (slot !== null) held.push(slot);
              else {
                void slots.wait('one', call).then((given) => {
                  if (typeof given === 'object') held.push(given);
                });
              }
            } else if (step === 'go') held.shift()?.release();
            else if (step === 'leave') calls.shift()?.cancel('client-left');
            else clock.advance(30);
            await new Promise((resolve) => setImmediate(resolve));
            expect(held.length).toBeLessThanOrEqual(size);
          }
          clock.advance(1000);
          while (held.length > 0) held.shift()?.release();
          await new Promise((resolve) => setImmediate(resolve));
          for (let place = 0; place < size; place += 1) {
            expect(slots.take('one', size)).not.toBeNull();
          }
          expect(slots.take('one', size)).toBeNull();
        },
      ),
      { numRuns: 50 },
    );
  });
});
