import { QuietLog } from '../../../runtime/state/quiet-log';
import { ManualClock } from '../../support/manual-clock';

function aLog(): {
  readonly clock: ManualClock;
  readonly log: QuietLog;
  readonly lines: readonly string[];
} {
  const clock = new ManualClock();
  const lines: string[] = [];
  return { clock, log: new QuietLog(clock, (line) => lines.push(line)), lines };
}

describe('QuietLog', () => {
  it('writes the same line once, however often it is noted', () => {
    const { clock, log, lines } = aLog();
    for (let attempt = 0; attempt < 100; attempt += 1) {
      log.note('connect ECONNREFUSED 127.0.0.1:6379');
      clock.advance(1000);
    }
    log.note('LOADING');
    expect(lines).toEqual([
      '{"redis":"connect ECONNREFUSED 127.0.0.1:6379"}\n',
      '{"redis":"LOADING","dropped":99}\n',
    ]);
  });

  it('tells the last of what came too soon, when it is time', () => {
    const { clock, log, lines } = aLog();
    log.note('away');
    log.note('Connection is closed.');
    clock.advance(3000);
    log.note('back');
    expect(lines).toEqual(['{"redis":"away"}\n']);
    clock.advance(7000);
    expect(lines).toEqual(['{"redis":"away"}\n', '{"redis":"back","dropped":1}\n']);
    clock.advance(60_000);
    expect(lines).toHaveLength(2);
  });

  it('has nothing more to tell when things stand as the last line says', () => {
    const { clock, log, lines } = aLog();
    log.note('back');
    log.note('away');
    log.note('back');
    clock.advance(60_000);
    expect(lines).toEqual(['{"redis":"back"}\n']);
  });

  it('tells what waits when it stops, and leaves no timer behind', () => {
    const { clock, log, lines } = aLog();
    log.note('away');
    log.note('back');
    log.stop();
    expect(lines).toEqual(['{"redis":"away"}\n', '{"redis":"back"}\n']);
    expect(clock.waiting).toBe(0);
  });
});
