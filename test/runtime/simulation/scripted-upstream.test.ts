import type { UpstreamHandler, UpstreamLimits } from '../../../runtime/ports';
import { SCENARIO_DEFAULTS } from '../../../runtime/simulation/defaults';
import type {
  Behaviour,
  Fault,
  FaultKind,
  FaultWindow,
} from '../../../runtime/simulation/scenario';
import { ScriptedUpstream } from '../../../runtime/simulation/scripted-upstream';
import type { ExchangeEnding } from '../../../runtime/simulation/scripted-upstream';
import { START_MS, VirtualClock } from '../../../runtime/simulation/virtual-clock';

const ALWAYS: FaultWindow = { fromSeconds: 0, toSeconds: Infinity, periodSeconds: null, share: 1 };
const LIMITS: UpstreamLimits = {
  connectMs: 1000,
  contentMs: 1000,
  firstByteMs: 1000,
  idleMs: 500,
  totalMs: 100_000,
  pausedMs: 2000,
};

/** 100 ms to the first of five tokens, 10 ms to each further one. */
const BEHAVIOUR: Behaviour = {
  ...SCENARIO_DEFAULTS.behaviour,
  firstTokenMs: { kind: 'constant', value: 100 },
  tokenIntervalMs: { kind: 'constant', value: 10 },
  promptTokens: { kind: 'constant', value: 7 },
  tokens: { kind: 'constant', value: 5 },
};

interface Heard {
  readonly told: readonly string[];
  readonly body: string;
  readonly ending: ExchangeEnding | null;
}

type Steer = (clock: VirtualClock, exchange: ReturnType<ScriptedUpstream['send']>) => void;

interface Asking {
  readonly faults?: readonly Fault[];
  readonly delivery?: 'json' | 'stream';
  readonly limits?: Partial<UpstreamLimits>;
  readonly atMs?: number;
  readonly steer?: Steer;
}

async function ask(asking: Asking): Promise<Heard> {
  const clock = new VirtualClock();
  const told: string[] = [];
  const chunks: Buffer[] = [];
  let ending: ExchangeEnding | null = null;
  const upstream = new ScriptedUpstream({
    clock,
    seed: 1,
    behaviours: [{ ...BEHAVIOUR, faults: asking.faults ?? [] }],
    readMark: () => ({ call: 1, deployment: 0, delivery: asking.delivery ?? 'stream' }),
    observer: {
      onSend: () => ({ attempt: 1 }),
      onEnd: (_mark, _attempt, how) => {
        ending = how;
      },
    },
  });
  const tell = (what: string) => told.push(`${what} at ${clock.nowMs() - START_MS}`);
  const handler: UpstreamHandler = {
    onHead: (status, headers) => {
      const retryAfter = headers['retry-after'];
      tell(`head ${status}${retryAfter === undefined ? '' : ` retry-after ${String(retryAfter)}`}`);
    },
    onData: (chunk) => {
      chunks.push(chunk);
      tell('data');
    },
    onEnd: () => tell('end'),
    onError: (kind) => tell(kind),
  };
  clock.after(asking.atMs ?? 0, () => {
    const request = { origin: 'http://0.simulated', path: '/', headers: [], body: Buffer.alloc(0) };
    const exchange = upstream.send(request, { ...LIMITS, ...asking.limits }, handler);
    asking.steer?.(clock, exchange);
  });
  await clock.run(() => undefined);
  return { told, body: Buffer.concat(chunks).toString(), ending };
}

const withFault = (fault: FaultKind & Partial<FaultWindow>): { faults: readonly Fault[] } => ({
  faults: [{ ...ALWAYS, ...fault }],
});

describe('ScriptedUpstream', () => {
  it('streams an answer token by token', async () => {
    const { told, body, ending } = await ask({});

    expect(told).toEqual([
      'head 200 at 100',
      'data at 100',
      'data at 110',
      'data at 120',
      'data at 130',
      'data at 140',
      'data at 140',
      'end at 140',
    ]);
    expect(body.match(/"content":"word "/g)).toHaveLength(5);
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(ending).toEqual({
      fault: null,
      status: 200,
      end: 'complete',
      promptTokens: 7,
      completionTokens: 5,
    });
  });

  it('sends a document once all of it is there', async () => {
    const { told, body } = await ask({ delivery: 'json' });

    expect(told).toEqual(['head 200 at 140', 'data at 140', 'end at 140']);
    expect(JSON.parse(body)).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 },
    });
  });

  it.each<[string, FaultKind, readonly string[]]>([
    ['takes longer by the factor', { kind: 'slow', factor: 5 }, ['head 200 at 500']],
    ['refuses connections', { kind: 'down' }, ['connect at 1']],
    ['loses the connection', { kind: 'reset' }, ['connection-lost at 50']],
    [
      'answers with a status and when to come back',
      { kind: 'status', status: 429, retryAfterSeconds: 3 },
      ['head 429 retry-after 3 at 30', 'data at 30', 'end at 30'],
    ],
    ['says nothing until the wait is over', { kind: 'stall' }, ['first-byte-timeout at 1000']],
    [
      'falls silent in the middle',
      { kind: 'stall-mid-stream', afterTokens: 2 },
      ['head 200 at 100', 'data at 100', 'data at 110', 'idle-timeout at 610'],
    ],
    [
      'is cut in the middle',
      { kind: 'cut', afterTokens: 1 },
      ['head 200 at 100', 'data at 100', 'connection-lost at 101'],
    ],
    [
      'ends too early',
      { kind: 'truncate', afterTokens: 1 },
      ['head 200 at 100', 'data at 100', 'end at 100'],
    ],
    [
      'begins with an error',
      { kind: 'error-event', status: 503 },
      ['head 200 at 100', 'data at 100', 'end at 100'],
    ],
  ])('%s', async (_does, fault, expected) => {
    const { told } = await ask(withFault(fault));

    expect(told.slice(0, expected.length)).toEqual(expected);
    if (fault.kind !== 'slow') expect(told).toHaveLength(expected.length);
  });

  it('sends half a document when it is cut', async () => {
    const { told, body } = await ask({
      ...withFault({ kind: 'cut', afterTokens: 1 }),
      delivery: 'json',
    });

    expect(told.at(-1)).toBe('connection-lost at 141');
    expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
  });

  it('slows down and fails more as a brown-out goes on', async () => {
    const brownOut = withFault({ kind: 'brown-out', factor: 5, errorShare: 1, toSeconds: 10 });

    const early = await ask({ ...brownOut, atMs: 0 });
    const late = await ask({ ...brownOut, atMs: 9999, limits: { firstByteMs: 5000 } });

    expect(early.told[0]).toBe('head 200 at 100');
    expect(late.told[0]).toMatch(/^head 503 at 10498\./);
  });

  it('has a fault in its window alone, and in the first half of each period', async () => {
    const fault = withFault({ kind: 'down', fromSeconds: 10, toSeconds: 20, periodSeconds: 4 });
    const seconds = [9.9, 10, 11.9, 12, 13.9, 14, 19.9, 20];

    const heard = await Promise.all(seconds.map((at) => ask({ ...fault, atMs: at * 1000 })));

    const isDown = heard.map(({ told }) => told[0]?.startsWith('connect') === true);
    expect(isDown).toEqual([false, true, true, false, false, true, true, false]);
  });

  it('tells nothing more after an abort', async () => {
    const { told, ending } = await ask({
      steer: (clock, exchange) => clock.after(115, () => exchange.abort()),
    });

    expect(told).toEqual(['head 200 at 100', 'data at 100', 'data at 110']);
    expect(ending).toMatchObject({ end: 'aborted', promptTokens: 7, completionTokens: 2 });
  });

  it('waits while it is paused, and goes on where it was', async () => {
    const { told } = await ask({
      steer: (clock, exchange) => {
        clock.after(115, () => exchange.pause());
        clock.after(1115, () => exchange.resume());
      },
    });

    expect(told.slice(2)).toEqual([
      'data at 110',
      'data at 1115',
      'data at 1115',
      'data at 1115',
      'data at 1115',
      'end at 1115',
    ]);
  });

  it('gives up on a client that pauses it too long', async () => {
    const { told } = await ask({
      steer: (clock, exchange) => clock.after(115, () => exchange.pause()),
    });

    expect(told.at(-1)).toBe('paused-too-long at 2115');
  });

  it('ends an exchange that lives too long', async () => {
    const { told } = await ask({ limits: { totalMs: 125 } });

    expect(told.at(-1)).toBe('total-timeout at 125');
  });
});

describe('the quota of a ScriptedUpstream', () => {
  it('is counted anew each minute, and says when', async () => {
    const clock = new VirtualClock();
    const heads: string[] = [];
    const upstream = new ScriptedUpstream({
      clock,
      seed: 1,
      behaviours: [{ ...BEHAVIOUR, ...withFault({ kind: 'rate-limit', requestsPerMinute: 2 }) }],
      readMark: () => ({ call: 1, deployment: 0, delivery: 'json' }),
      observer: { onSend: () => ({ attempt: 1 }), onEnd: () => undefined },
    });
    const handler: UpstreamHandler = {
      onHead: (status, headers) => heads.push(`${status} ${String(headers['retry-after'] ?? '')}`),
      onData: () => undefined,
      onEnd: () => undefined,
      onError: () => undefined,
    };
    for (const seconds of [1, 2, 3, 50, 61, 62, 63]) {
      clock.after(seconds * 1000, () => {
        const request = { origin: '', path: '/', headers: [], body: Buffer.alloc(0) };
        upstream.send(request, LIMITS, handler);
      });
    }

    await clock.run(() => undefined);

    expect(heads).toEqual(['200 ', '200 ', '429 57', '429 10', '200 ', '200 ', '429 57']);
  });
});
