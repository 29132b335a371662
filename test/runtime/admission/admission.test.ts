import { Admission } from '../../../runtime/admission/admission';
import type { Admitted } from '../../../runtime/admission/admission';
import { GatewayError } from '../../../runtime/errors';
import { ManualClock } from '../../support/manual-clock';

interface Bench {
  readonly admission: Admission;
  readonly clock: ManualClock;
  readonly lag: { ms: number; stopped: 'yes' | 'no' };
}

function bench(mostInFlight: number | null): Bench {
  const clock = new ManualClock();
  const lag = { ms: 0, stopped: 'no' as 'yes' | 'no' };
  const admission = new Admission({
    clock,
    mostInFlight,
    lag: {
      readMs: () => lag.ms,
      stop: () => {
        lag.stopped = 'yes';
      },
    },
  });
  admission.start();
  return { admission, clock, lag };
}

function fill(admission: Admission, count: number): readonly Admitted[] {
  return Array.from({ length: count }, () => admission.begin(0));
}

describe('Admission', () => {
  it('rejects the request beyond the limit with the full message and a time to come back', () => {
    const { admission } = bench(3);
    const [first] = fill(admission, 3);
    let thrown: unknown = null;
    try {
      admission.begin(0);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(GatewayError);
    expect(thrown).toMatchObject({
      code: 'gateway_overloaded',
      status: 503,
      retryAfterSeconds: 1,
      message:
        'this gateway serves as many requests as it can; send the request again a little later',
    });
    first?.end();
    expect(() => admission.begin(0)).not.toThrow();
  });

  it('sheds the less important first, and counts them', () => {
    const { admission } = bench(100);
    fill(admission, 60);
    expect(() => admission.begin(10)).toThrow(GatewayError);
    fill(admission, 30);
    expect(() => admission.begin(4)).toThrow(GatewayError);
    expect(() => admission.begin(1)).not.toThrow();
    expect(() => admission.begin(0)).not.toThrow();
    expect(Object.fromEntries(admission.shedCounts)).toEqual({ high: 0, normal: 1, low: 1 });
  });

  it('judges again once the body has told the priority', () => {
    const { admission } = bench(100);
    fill(admission, 50);
    const late = admission.begin(0);
    expect(() => late.confirm(10)).toThrow(GatewayError);
    expect(() => late.confirm(1)).not.toThrow();
  });

  it('always serves one request, however unimportant', () => {
    expect(() => bench(1).admission.begin(1000)).not.toThrow();
  });

  it('lowers the limit while the event loop lags, and raises it again in calm', () => {
    const { admission, clock, lag } = bench(null);
    fill(admission, 400);
    expect(admission.limit).toBe(10_000);
    lag.ms = 200;
    clock.advance(300);
    expect(admission.lagMs).toBe(200);
    expect(admission.limit).toBeLessThan(400);
    expect(() => admission.begin(0)).toThrow(GatewayError);
    lag.ms = 0;
    clock.advance(20_000);
    expect(admission.limit).toBe(10_000);
    expect(() => admission.begin(0)).not.toThrow();
  });

  it('goes by what is in flight now, not by an earlier peak', () => {
    const { admission, clock, lag } = bench(null);
    for (const admitted of fill(admission, 400)) admitted.end();
    clock.advance(100);
    lag.ms = 200;
    clock.advance(200);
    expect(admission.limit).toBe(100);
  });

  it('leaves no timer and no measure behind', () => {
    const { admission, clock, lag } = bench(null);
    admission.stop();
    expect(clock.waiting).toBe(0);
    expect(lag.stopped).toBe('yes');
  });
});
