import { Lifecycle } from '../../../runtime/http/lifecycle';
import { ManualClock } from '../../support/manual-clock';

describe('Lifecycle', () => {
  it('counts the drain from its first start', () => {
    const clock = new ManualClock();
    const lifecycle = new Lifecycle(clock);
    expect(lifecycle.draining).toBe('no');
    lifecycle.startDrain();
    clock.advance(500);
    lifecycle.startDrain();
    expect(lifecycle.draining).toBe('yes');
    expect(lifecycle.drainedForMs()).toBe(500);
  });

  it('becomes idle when the last request ends', async () => {
    const clock = new ManualClock();
    const lifecycle = new Lifecycle(clock);
    const [one, two] = [{ terminate: jest.fn() }, { terminate: jest.fn() }];
    lifecycle.begin(one);
    lifecycle.begin(two);
    const idle = lifecycle.waitUntilIdle(1000);
    lifecycle.end(one);
    lifecycle.end(two);
    await expect(idle).resolves.toBe('idle');
    expect(clock.waiting).toBe(0);
  });

  it('stays busy when the bound comes first, and can end what is left', async () => {
    const clock = new ManualClock();
    const lifecycle = new Lifecycle(clock);
    const request = { terminate: jest.fn() };
    lifecycle.begin(request);
    const idle = lifecycle.waitUntilIdle(1000);
    clock.advance(1000);
    await expect(idle).resolves.toBe('busy');
    lifecycle.terminateAll();
    expect(request.terminate).toHaveBeenCalledTimes(1);
  });

  it('takes a drain back, and tells whoever waits for it', async () => {
    const clock = new ManualClock();
    const lifecycle = new Lifecycle(clock);
    lifecycle.begin({ terminate: jest.fn() });
    lifecycle.startDrain();
    const idle = lifecycle.waitUntilIdle(1000);
    expect(lifecycle.endDrain()).toBe('serving');
    await expect(idle).resolves.toBe('busy');
    expect([lifecycle.draining, lifecycle.drainedForMs(), clock.waiting]).toEqual(['no', 0, 0]);
  });

  it('rejects to take back that the process ends', async () => {
    const lifecycle = new Lifecycle(new ManualClock());
    const request = { terminate: jest.fn() };
    lifecycle.begin(request);
    lifecycle.startStop();
    const idle = lifecycle.waitUntilIdle(1000);
    expect(lifecycle.endDrain()).toBe('stopping');
    expect(lifecycle.draining).toBe('yes');
    lifecycle.end(request);
    await expect(idle).resolves.toBe('idle');
  });
});
