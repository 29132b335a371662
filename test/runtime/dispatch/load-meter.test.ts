import type { AttemptResult } from '../../../runtime/dispatch/attempt';
import { LoadLedger } from '../../../runtime/dispatch/load-ledger';
import { LoadMeter } from '../../../runtime/dispatch/load-meter';
import type {
  UpstreamExchange,
  UpstreamHandler,
  UpstreamLimits,
  UpstreamRequest,
} from '../../../runtime/ports';
import type { Load } from '../../../runtime/routing/load';
import { failure } from '../../support/failure-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';

const ONE = deployment({ id: 'one', inputCostPerToken: 0.01, outputCostPerToken: 0.1 });
const BUDGETS = { providerBudgets: { openai: { limitDollars: 5, windowSeconds: 60 } } };
const REQUEST: UpstreamRequest = { origin: '', path: '', headers: [], body: Buffer.alloc(0) };
const LIMITS = { firstByteMs: 1, idleMs: 1, totalMs: 1, pausedMs: 1 } as UpstreamLimits;
const USAGE = '"usage":{"prompt_tokens":30,"completion_tokens":5}';

class Stage {
  readonly clock = new ManualClock();
  readonly ledger: LoadLedger;
  readonly told: string[] = [];
  provider: UpstreamHandler | null = null;
  exchange: UpstreamExchange | null = null;
  over = 0;
  private settle: (result: AttemptResult) => void = () => undefined;

  constructor(delivery: 'json' | 'stream' = 'stream') {
    const groups = new Map([['gpt-4o', [ONE]]]);
    this.ledger = new LoadLedger(groups, routerConfig(BUDGETS), this.clock);
    const meter = new LoadMeter({
      upstream: {
        send: (_request, _limits, handler) => {
          this.provider = handler;
          return {
            abort: () => this.told.push('abort'),
            pause: () => this.told.push('pause'),
            resume: () => this.told.push('resume'),
          };
        },
      },
      clock: this.clock,
      ledger: this.ledger,
      sent: { deployment: ONE, delivery, promptTokens: 20 },
      onOver: () => {
        this.over += 1;
      },
    });
    this.exchange = meter.send(REQUEST, LIMITS, {
      onHead: (status) => this.told.push(`head ${status}`),
      onData: (chunk) => this.told.push(`data ${chunk.length}`),
      onEnd: () => this.told.push(`end with ${this.load.inFlight} in flight`),
      onError: (kind) => this.told.push(`error ${kind}`),
    });
    meter.watch(
      new Promise((resolve) => {
        this.settle = resolve;
      }),
    );
  }

  get load(): Load {
    const load = this.ledger.loads.get('one');
    if (load === undefined) throw new Error('nothing was recorded');
    return load;
  }

  data(text: string, afterMs = 0): void {
    this.clock.advance(afterMs);
    this.provider?.onData(Buffer.from(text));
  }

  async judge(result: Partial<AttemptResult>): Promise<void> {
    this.settle(result as AttemptResult);
    await Promise.resolve();
  }
}

describe('LoadMeter', () => {
  it('passes everything on, both ways', () => {
    const stage = new Stage();
    stage.provider?.onHead(200, {});
    stage.data('data: 1');
    stage.exchange?.pause();
    stage.exchange?.resume();
    stage.provider?.onEnd();
    expect(stage.told).toEqual(['head 200', 'data 7', 'pause', 'resume', 'end with 0 in flight']);
  });

  it('measures a stream from its first content to its end, and what it used', async () => {
    const stage = new Stage();
    expect(stage.load).toMatchObject({ inFlight: 1, requests: 1, tokens: 20 });
    stage.data(': keep-alive\n\n', 100);
    stage.data('data: {}\n\n', 200);
    await stage.judge({ kind: 'streaming' });
    expect(stage.load.answers.stream).toEqual({ valueMs: 300, atMs: 300 });
    expect(stage.load.inFlight).toBe(1);
    stage.data(`data: {${USAGE}}\n\n`, 200);
    stage.provider?.onEnd();
    expect(stage.load).toMatchObject({ inFlight: 0, tokens: 35, spentDollars: 0.8 });
    expect(stage.load.latencies.map(({ value }) => value)).toEqual([0.1]);
    expect(stage.ledger.budgets.get('provider:openai')).toEqual({
      startMs: 500,
      spentDollars: 0.8,
    });
    expect(stage.over).toBe(1);
  });

  it('measures a document, whose end comes before the judgement of it', async () => {
    const stage = new Stage('json');
    stage.data(`{${USAGE}}`, 1000);
    stage.provider?.onEnd();
    await stage.judge({ kind: 'complete' });
    expect(stage.load.latencies.map(({ value }) => value)).toEqual([0.2]);
    expect(stage.load.answers.json).toEqual({ valueMs: 1000, atMs: 1000 });
    expect(stage.load.firstTokens).toEqual([]);
  });

  it('takes the pieces of a stream for its tokens when nobody says how many there were', async () => {
    const stage = new Stage();
    stage.data('data: {}\n\n', 100);
    await stage.judge({ kind: 'streaming' });
    stage.data('data: {}\n\n', 100);
    stage.provider?.onEnd();
    expect(stage.load.latencies.map(({ value }) => value)).toEqual([0.1]);
    expect(stage.load).toMatchObject({ tokens: 22, spentDollars: 0.4 });
  });

  it('measures nothing of what was no answer, and remembers the mishap', async () => {
    const stage = new Stage();
    stage.data('data: {"error":{}}\n\n', 100);
    stage.exchange?.abort();
    await stage.judge({ kind: 'failed', failure: failure() });
    expect(stage.load).toMatchObject({ inFlight: 0, firstTokens: [], latencies: [] });
    expect(stage.load.answers.stream?.valueMs).toBe(1000);
  });

  it('remembers the mishap of a stream that is cut, but not of a client that does not read', async () => {
    const cut = new Stage();
    cut.data('data: {}\n\n', 100);
    await cut.judge({ kind: 'streaming' });
    cut.provider?.onError('connection-lost', '');
    expect(cut.load).toMatchObject({ inFlight: 0, latencies: [] });
    expect(cut.load.answers.stream?.valueMs).toBe(1000);
    const slow = new Stage();
    slow.data('data: {}\n\n', 100);
    await slow.judge({ kind: 'streaming' });
    slow.provider?.onError('paused-too-long', '');
    expect(slow.load.answers.stream?.valueMs).toBe(100);
  });

  it.each([
    ['its end', (stage: Stage) => stage.provider?.onEnd()],
    ['an error', (stage: Stage) => stage.provider?.onError('connect', '')],
    ['an abort', (stage: Stage) => stage.exchange?.abort()],
  ])('is over with %s, once', (_, close) => {
    const stage = new Stage();
    close(stage);
    close(stage);
    stage.exchange?.abort();
    expect(stage.over).toBe(1);
    expect(stage.load.inFlight).toBe(0);
  });

  it('is over when the request cannot even be sent', () => {
    const stage = new Stage();
    const over: string[] = [];
    const meter = new LoadMeter({
      upstream: {
        send: () => {
          throw new Error('no such host');
        },
      },
      clock: stage.clock,
      ledger: stage.ledger,
      sent: { deployment: ONE, delivery: 'json', promptTokens: 0 },
      onOver: () => over.push('over'),
    });
    const nobody = {} as UpstreamHandler;
    expect(() => meter.send(REQUEST, LIMITS, nobody)).toThrow('no such host');
    expect(over).toEqual(['over']);
    expect(stage.load.inFlight).toBe(1);
  });
});
