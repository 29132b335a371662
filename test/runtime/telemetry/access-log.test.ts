import fc from 'fast-check';
import { AccessLog } from '../../../runtime/telemetry/access-log';
import type { AccessRecord } from '../../../runtime/telemetry/access-log';
import { ManualClock } from '../../support/manual-clock';

const RECORD: AccessRecord = {
  callId: 'c',
  keyId: null,
  route: 'chat_completions',
  model: 'a\nb',
  modelId: null,
  status: 200,
  outcome: 'success',
  durationMs: 1,
  retries: 0,
  fallbacks: 0,
  promptTokens: null,
  completionTokens: null,
};

describe('AccessLog', () => {
  it('writes after a second, all lines at once, one line per request whatever the model is called', () => {
    const clock = new ManualClock();
    const written: string[] = [];
    const log = new AccessLog(clock, (lines) => written.push(lines));
    log.record(RECORD);
    log.record(RECORD);
    expect(written).toEqual([]);
    clock.advance(1000);
    expect(written).toHaveLength(1);
    expect(written[0]?.split('\n')).toHaveLength(3);
    expect(clock.waiting).toBe(0);
  });

  it('writes what JSON.stringify would, whatever people call their models', () => {
    const name = fc.option(fc.string({ unit: 'binary' }));
    const count = fc.option(fc.nat());
    fc.assert(
      fc.property(name, name, count, fc.double({ noNaN: true, min: 0, max: 1e9 }), (...values) => {
        const [model, modelId, promptTokens, durationMs] = values;
        const record = { ...RECORD, model, modelId, promptTokens, durationMs };
        const clock = new ManualClock();
        let written = '';
        const log = new AccessLog(clock, (lines) => {
          written += lines;
        });
        log.record(record);
        log.flush();
        expect(written).toBe(`${JSON.stringify({ timeMs: clock.wallMs(), ...record })}\n`);
      }),
    );
  });

  it('writes at once when the block is full', () => {
    const written: string[] = [];
    const log = new AccessLog(new ManualClock(), (lines) => written.push(lines));
    for (let count = 0; count < 100; count += 1) log.record(RECORD);
    expect(written.length).toBeGreaterThan(0);
  });
});
