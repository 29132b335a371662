import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegionSwitch } from '../../../runtime/health/region-switch';
import { ManualClock } from '../../support/manual-clock';

const READ_EVERY_MS = 2_000;

describe('RegionSwitch', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'switch-')), 'region');
  let clock: ManualClock;
  let regionSwitch: RegionSwitch;

  beforeEach(() => {
    clock = new ManualClock();
    regionSwitch = new RegionSwitch(clock, file);
  });

  afterEach(() => {
    regionSwitch.stop();
    rmSync(file, { force: true });
  });

  /** A reading ends with the timer of the next one. */
  async function untilRead(): Promise<void> {
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  async function say(text: string | null): Promise<string> {
    if (text === null) rmSync(file, { force: true });
    else writeFileSync(file, text);
    if (clock.armed === 0) regionSwitch.start();
    else clock.advance(READ_EVERY_MS);
    await untilRead();
    return regionSwitch.state;
  }

  it('serves without a switch, and reads nothing', () => {
    const none = new RegionSwitch(clock, null);
    none.start();
    expect(none.state).toBe('serving');
    expect(clock.armed).toBe(0);
  });

  it('serves while the file says nothing clear', async () => {
    for (const text of [null, '', 'awayish\n', 'AWAY', '"away"']) {
      expect(await say(text)).toBe('serving');
    }
  });

  it('goes away and comes back as the first word says', async () => {
    expect(await say('away\n')).toBe('away');
    expect(await say('  serving since noon')).toBe('serving');
    expect(await say('away\tbecause of a drill')).toBe('away');
  });

  it('holds the last clear word when the file is gone or says something else', async () => {
    await say('away');
    expect(await say(null)).toBe('away');
    expect(await say('perhaps')).toBe('away');
  });

  it('reads every two seconds, once at a time, until it is stopped', async () => {
    await say('serving');
    regionSwitch.start();
    expect(clock.waiting).toBe(1);
    writeFileSync(file, 'away');
    clock.advance(READ_EVERY_MS - 1);
    expect(clock.waiting).toBe(1);
    clock.advance(1);
    await untilRead();
    expect(regionSwitch.state).toBe('away');
    regionSwitch.stop();
    expect(clock.waiting).toBe(0);
  });
});
