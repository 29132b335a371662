import type { AttemptResult } from '../../../runtime/dispatch/attempt';
import { LoadLedger } from '../../../runtime/dispatch/load-ledger';
import { LoadMeter } from '../../../runtime/dispatch/load-meter';
import type {
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamLimits,
  UpstreamRequest,
} from '../../../runtime/ports';
import type { FailureKind } from '../../../runtime/routing/failure';
import type { Load } from '../../../runtime/routing/load';
import { failure } from '../../support/failure-builder';
import { deployment, routerConfig } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';

const ONE = deployment({ id: 'one', inputCostPerToken: 0.01, outputCostPerToken: 0.1 });
const BUDGETS = { providerBudgets: { openai: { limitDollars: 5, windowSeconds: 60 } } };
const REQUEST: UpstreamRequest = { origin: '', path: '', headers: [], body: Buffer.alloc(0) };
const LIMITS = { firstByteMs: 1, idleMs: 1, totalMs: 1, pausedMs: 1 } as UpstreamLimits;
/** A message of eight tokens, by its length and its frame. */
const PROMPT = Buffer.from(
  JSON.stringify({ messages: [{ role: 'user', content: 'a prompt of some' }] }),
);
const PROMPT_TOKENS = 8;
const USAGE = '"usage":{"prompt_tokens":30,"completion_tokens":5}';

class Stage {
  readonly clock = new ManualClock();
  readonly ledger: LoadLedger;
  readonly told: string[] = [];
  provider: UpstreamHandler | null = null;
  exchange: UpstreamExchange | null = null;
  over = 0;
  readonly meter: LoadMeter;
  private settle: (result: AttemptResult) => void = () => undefined;

  constructor(
    delivery: 'json' | 'stream' = 'stream',
    readonly reached: UpstreamExchange['reached'] = 'provider',
  ) {
    const groups = new Map([['gpt-4o', [ONE]]]);
    this.ledger = new LoadLedger(groups, routerConfig(BUDGETS), this.clock);
    const meter = new LoadMeter({
      upstream: {
        send: (_request, _limits, handler) => {
          this.provider = handler;
          return {
            reached: this.reached,
            abort: () => this.told.push('abort'),
            pause: () => this.told.push('pause'),
            resume: () => this.told.push('resume'),
          };
        },
      },
      clock: this.clock,
      ledger: this.ledger,
      sent: { deployment: ONE, delivery, promptTokens: 20 },
      request: { body: { bytes: PROMPT }, model: 'gpt-4o' },
      onOver: () => {
        this.over += 1;
      },
    });
    this.meter = meter;
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
    stage.provider?.onHead(200, {});
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
    stage.provider?.onHead(200, {});
    stage.data(`{${USAGE}}`, 1000);
    stage.provider?.onEnd();
    await stage.judge({ kind: 'complete' });
    expect(stage.load.latencies.map(({ value }) => value)).toEqual([0.2]);
    expect(stage.load.answers.json).toEqual({ valueMs: 1000, atMs: 1000 });
    expect(stage.load.firstTokens).toEqual([]);
  });

  it('measures a stream whose usage nobody tells by its text', async () => {
    const stage = new Stage();
    stage.provider?.onHead(200, {});
    stage.data('data: {"content":"four"}\n\n', 100);
    await stage.judge({ kind: 'streaming' });
    stage.data('data: {"content":"five"}\n\n', 100);
    stage.provider?.onEnd();
    expect(stage.load.latencies.map(({ value }) => value)).toEqual([0.1]);
    expect(stage.load).toMatchObject({ tokens: PROMPT_TOKENS + 2, spentDollars: 0.28 });
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
      request: { body: { bytes: PROMPT }, model: 'gpt-4o' },
      onOver: () => over.push('over'),
    });
    const nobody = {} as UpstreamHandler;
    expect(() => meter.send(REQUEST, LIMITS, nobody)).toThrow('no such host');
    expect(over).toEqual(['over']);
    expect(stage.load.inFlight).toBe(1);
  });

  describe('charge', () => {
    const TEXT = 'data: {"content":"eight by"}\n\n';
    const failed = (kind: FailureKind): Partial<AttemptResult> => ({
      kind: 'failed',
      failure: failure({ kind }),
    });
    const [NOTHING, THE_PROMPT] = [null, { prompt: PROMPT_TOKENS, completion: 0 }];
    const WHAT_PASSED = { prompt: PROMPT_TOKENS, completion: 2 };
    const TOLD = { prompt: 30, completion: 5 };

    interface Case {
      readonly what: string;
      readonly reached?: 'nobody';
      readonly delivery?: 'json';
      readonly status?: number;
      readonly data?: string;
      readonly end?: UpstreamErrorKind | 'abort' | 'end';
      readonly result: Partial<AttemptResult>;
      readonly bills: { readonly prompt: number; readonly completion: number } | null;
    }

    const CANCELLED = { kind: 'cancelled' } as const;
    const CASES: readonly Case[] = [
      {
        what: 'left while it waited for a connection',
        reached: 'nobody',
        end: 'abort',
        result: CANCELLED,
        bills: NOTHING,
      },
      {
        what: 'timed out while it waited for a connection',
        reached: 'nobody',
        end: 'first-byte-timeout',
        result: failed('provider_timeout'),
        bills: NOTHING,
      },
      {
        what: 'was refused a connection',
        reached: 'nobody',
        end: 'connect',
        result: failed('provider_connection'),
        bills: NOTHING,
      },
      { what: 'was left before anything came', end: 'abort', result: CANCELLED, bills: THE_PROMPT },
      {
        what: 'timed out before anything came',
        end: 'first-byte-timeout',
        result: failed('provider_timeout'),
        bills: THE_PROMPT,
      },
      {
        what: 'was out of time as a whole',
        end: 'total-timeout',
        result: failed('provider_timeout'),
        bills: THE_PROMPT,
      },
      {
        what: 'lost its connection before anything came',
        end: 'connection-lost',
        result: failed('provider_connection'),
        bills: NOTHING,
      },
      {
        what: 'was answered against the protocol',
        end: 'protocol',
        result: failed('provider_connection'),
        bills: NOTHING,
      },
      {
        what: 'was answered by an error',
        status: 500,
        data: '{"error":{}}',
        end: 'end',
        result: failed('provider_internal'),
        bills: NOTHING,
      },
      {
        what: 'was rate-limited',
        status: 429,
        data: '{}',
        end: 'end',
        result: failed('provider_rate_limit'),
        bills: NOTHING,
      },
      {
        what: 'was left while an error came',
        status: 503,
        end: 'abort',
        result: CANCELLED,
        bills: NOTHING,
      },
      {
        what: 'was refused with an error that tells a usage',
        status: 400,
        data: `{${USAGE}}`,
        end: 'end',
        result: failed('provider_bad_request'),
        bills: NOTHING,
      },
      {
        what: 'was left after the head',
        status: 200,
        end: 'abort',
        result: CANCELLED,
        bills: THE_PROMPT,
      },
      {
        what: 'heard comments alone until its time was over',
        status: 200,
        data: ': wait\n\n',
        end: 'abort',
        result: failed('provider_timeout'),
        bills: THE_PROMPT,
      },
      {
        what: 'was answered by an error event',
        status: 200,
        data: 'data: {"error":{"message":"no"}}\n\n',
        end: 'abort',
        result: failed('provider_internal'),
        bills: NOTHING,
      },
      {
        what: 'was answered by an error document under 200',
        delivery: 'json',
        status: 200,
        data: '{"error":{}}',
        end: 'end',
        result: failed('provider_internal'),
        bills: NOTHING,
      },
      {
        what: 'was answered by no answer that tells its usage',
        delivery: 'json',
        status: 200,
        data: `{"choices":[],${USAGE}}`,
        end: 'end',
        result: failed('provider_invalid_response'),
        bills: TOLD,
      },
      {
        what: 'broke inside a document',
        delivery: 'json',
        status: 200,
        data: '{"message":{"content":"eight by',
        end: 'connection-lost',
        result: failed('provider_connection'),
        bills: WHAT_PASSED,
      },
      {
        what: 'fell silent inside a document',
        delivery: 'json',
        status: 200,
        data: '{"message":{"content":"eight by',
        end: 'idle-timeout',
        result: failed('provider_timeout'),
        bills: WHAT_PASSED,
      },
      {
        what: 'sent a document that is too large',
        delivery: 'json',
        status: 200,
        data: '{"message":{"content":"eight by',
        end: 'abort',
        result: failed('provider_invalid_response'),
        bills: WHAT_PASSED,
      },
      {
        what: 'lost a race it had begun to run',
        status: 200,
        data: TEXT,
        end: 'abort',
        result: CANCELLED,
        bills: WHAT_PASSED,
      },
      {
        what: 'was cut',
        status: 200,
        data: TEXT,
        end: 'connection-lost',
        result: { kind: 'streaming' },
        bills: WHAT_PASSED,
      },
      {
        what: 'was left in the middle',
        status: 200,
        data: TEXT,
        end: 'abort',
        result: { kind: 'streaming' },
        bills: WHAT_PASSED,
      },
      {
        what: 'was not read by its client',
        status: 200,
        data: TEXT,
        end: 'paused-too-long',
        result: { kind: 'streaming' },
        bills: WHAT_PASSED,
      },
      {
        what: 'ended without telling its usage',
        status: 200,
        data: TEXT,
        end: 'end',
        result: { kind: 'streaming' },
        bills: WHAT_PASSED,
      },
      {
        what: 'ended well',
        status: 200,
        data: `${TEXT}data: {${USAGE}}\n\n`,
        end: 'end',
        result: { kind: 'streaming' },
        bills: TOLD,
      },
      {
        what: 'was cut behind its usage',
        status: 200,
        data: `${TEXT}data: {${USAGE}}\n\n`,
        end: 'connection-lost',
        result: { kind: 'streaming' },
        bills: TOLD,
      },
      {
        what: 'was answered whole',
        delivery: 'json',
        status: 200,
        data: `{${USAGE}}`,
        end: 'end',
        result: { kind: 'complete' },
        bills: TOLD,
      },
    ];

    it.each(CASES)('of an attempt that $what', async (given) => {
      const { reached = 'provider', delivery = 'stream', status, data, end } = given;
      const stage = new Stage(delivery, reached);
      if (status !== undefined) stage.provider?.onHead(status, {});
      if (data !== undefined) stage.data(data);
      // A stream is judged while it runs, everything else when it is over.
      if (given.result.kind === 'streaming') await stage.judge(given.result);
      if (end === 'abort') stage.exchange?.abort();
      else if (end === 'end') stage.provider?.onEnd();
      else if (end !== undefined) stage.provider?.onError(end, '');
      await stage.judge(given.result);
      const { charge } = stage.meter;
      const usage = charge?.usage ?? null;
      expect(usage && { prompt: usage.promptTokens, completion: usage.completionTokens }).toEqual(
        given.bills,
      );
      // The budgets of providers go by the same.
      const { prompt = 0, completion = 0 } = given.bills ?? {};
      expect(stage.load.spentDollars).toBeCloseTo(0.01 * prompt + 0.1 * completion, 9);
    });

    it('tells who was asked, when, for how long, and what went wrong', async () => {
      const stage = new Stage('json');
      stage.clock.advance(1500);
      stage.provider?.onError('first-byte-timeout', '');
      await stage.judge(failed('provider_timeout'));
      expect(stage.meter.charge).toMatchObject({
        deployment: ONE,
        model: 'gpt-4o',
        sentAtMs: stage.clock.wallMs() - 1500,
        seconds: 1.5,
        failure: 'provider_timeout',
      });
    });
  });
});
