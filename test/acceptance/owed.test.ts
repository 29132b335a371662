import { NO_CREDENTIALS } from '../../runtime/credentials/no-credentials';
import { providerContext } from '../support/provider-context';
import { ENDLESS_MEMORY } from '../support/endless-memory';
import fc from 'fast-check';
import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Spend } from '../../runtime/ledger/ledger-entry';
import { CallBill } from '../../runtime/dispatch/call-bill';
import type { Call } from '../../runtime/dispatch/call';
import { Cancellation } from '../../runtime/dispatch/cancellation';
import { Dispatcher } from '../../runtime/dispatch/dispatcher';
import type { Answer } from '../../runtime/dispatch/dispatcher';
import { Fleet } from '../../runtime/dispatch/fleet';
import { StreamRelay } from '../../runtime/dispatch/stream-relay';
import { CallAccounts } from '../../runtime/handlers/call-accounts';
import type { CallUse } from '../../runtime/limits/limits';
import type { Cancel, Upstream, UpstreamHandler, UpstreamLimits } from '../../runtime/ports';
import { estimateBilledPrompt } from '../../runtime/providers/billed-prompt';
import { parseClientBody } from '../../runtime/providers/client-body';
import { planDeadlineMs } from '../../runtime/routing/plan-limits';
import { resolveModel } from '../../runtime/routing/resolve-model';
import { createSeededRandom } from '../../runtime/simulation/seeded-random';
import { VirtualClock } from '../../runtime/simulation/virtual-clock';
import { deployment, gatewayConfig } from '../support/gateway-config-builder';
import { NO_GUARDS } from '../support/no-guards';
import { aCaller } from '../runtime/limits/a-caller';

/** A millionth of a dollar for each token, so that sums of money are sums of tokens. */
const PRICE = { inputCostPerToken: 1e-6, outputCostPerToken: 1e-6 };
const PROVIDERS = providerContext({ OPENAI_API_KEY: 'key' });
const BYTES_PER_TOKEN = 4;

/** What a provider does with one request. */
interface Script {
  /** Milliseconds until it has the request; null: it never does. */
  readonly connectsAfterMs: number | null;
  readonly headAfterMs: number;
  readonly status: 200 | 429 | 500;
  readonly texts: readonly string[];
  readonly gapMs: number;
  readonly usage: 'told' | 'untold';
  /** `drop`: it breaks off before its answer. */
  readonly end: 'end' | 'break' | 'hang' | 'drop';
}

const SCRIPT: fc.Arbitrary<Script> = fc.record({
  connectsAfterMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  headAfterMs: fc.integer({ min: 0, max: 400 }),
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constant(200 as const) },
    { weight: 1, arbitrary: fc.constantFrom(429 as const, 500 as const) },
  ),
  texts: fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { minLength: 1, maxLength: 6 }),
  gapMs: fc.integer({ min: 0, max: 200 }),
  usage: fc.constantFrom('told', 'untold'),
  end: fc.constantFrom('end', 'end', 'break', 'hang', 'drop'),
});

interface World {
  /** One for each request that is made, in turn. */
  readonly scripts: readonly Script[];
  readonly delivery: 'json' | 'stream';
  /** When the client hangs up; null: never. */
  readonly leavesAfterMs: number | null;
  readonly hedging: RouterConfig['hedging'];
  readonly retries: number;
}

const WORLD: fc.Arbitrary<World> = fc.record({
  scripts: fc.array(SCRIPT, { minLength: 1, maxLength: 6 }),
  delivery: fc.constantFrom('json', 'stream'),
  leavesAfterMs: fc.option(fc.integer({ min: 0, max: 1500 }), { nil: null }),
  hedging: fc.constantFrom(null, {
    afterMs: 60,
    afterPercentile: null,
    most: 1,
    mostPriority: 0,
  }),
  retries: fc.integer({ min: 0, max: 2 }),
});

/** What a provider has in its own books of one request. Unit: tokens. */
interface Exchange {
  /** What came through to the gateway, or was still being made when the gateway hung up. */
  owed: number;
  /** All that it may bill: nothing before it has the request, and nothing once it has failed. */
  most: number;
}

/** Plays scripts in virtual time, under the clocks of a real exchange, and keeps the provider's books. */
class ScriptedProvider implements Upstream {
  readonly exchanges: Exchange[] = [];

  constructor(
    private readonly clock: VirtualClock,
    private readonly world: World,
  ) {}

  send: Upstream['send'] = (request, limits, handler) => {
    const { scripts, delivery } = this.world;
    const script = scripts[this.exchanges.length % scripts.length];
    if (script === undefined) throw new Error('a world has scripts');
    const promptTokens = estimateBilledPrompt(request.body);
    const written = Buffer.byteLength(script.texts.join(''));
    const completionTokens = Math.ceil(written / BYTES_PER_TOKEN);
    const exchange: Exchange = { owed: 0, most: 0 };
    this.exchanges.push(exchange);
    return this.play(script, {
      limits,
      handler,
      pieces: renderPieces(script, { delivery, promptTokens, completionTokens }),
      onReached: () => {
        exchange.most = promptTokens + (script.status === 200 ? completionTokens : 0);
      },
      onRefused: () => {
        exchange.most = 0;
      },
      onOwed: (writtenBytes) => {
        exchange.owed = promptTokens + Math.ceil(writtenBytes / BYTES_PER_TOKEN);
      },
    });
  };

  stop(): Promise<void> {
    return Promise.resolve();
  }

  private play(
    script: Script,
    { limits, handler, pieces, onReached, onRefused, onOwed }: Played,
  ): ReturnType<Upstream['send']> {
    const { clock } = this;
    const cancels: Cancel[] = [];
    const progress: Progress = { reached: 'nobody', over: false, writtenBytes: 0 };
    const finish = (): void => {
      progress.over = true;
      for (const cancel of cancels) cancel();
    };
    const at = (ms: number, act: () => void): void => {
      cancels.push(clock.after(ms, () => void (progress.over || act())));
    };
    const { connectsAfterMs, headAfterMs, gapMs, end, status } = script;
    const hangUp = (): void => {
      // A provider that is about to fail does not know it yet, and one that has failed bills nothing.
      const works = status === 200 || progress.answered !== true;
      if (progress.reached === 'provider' && !progress.over && works) {
        onOwed(progress.writtenBytes);
      }
      finish();
    };
    const fail = (kind: Parameters<UpstreamHandler['onError']>[0]): void => {
      if (kind.endsWith('timeout')) hangUp();
      else finish();
      handler.onError(kind, kind);
    };
    if (connectsAfterMs === null) at(limits.connectMs, () => fail('connect'));
    else {
      at(connectsAfterMs, () => {
        progress.reached = 'provider';
        onReached();
      });
      const headMs = connectsAfterMs + headAfterMs;
      at(headMs, () => {
        if (end === 'drop') {
          onRefused();
          fail('connection-lost');
          return;
        }
        progress.answered = true;
        if (status !== 200) onRefused();
        handler.onHead(status, {});
      });
      pieces.forEach(({ bytes, writtenBytes }, index) => {
        at(headMs + (index + 1) * gapMs, () => {
          progress.writtenBytes = writtenBytes;
          if (writtenBytes > 0) onOwed(writtenBytes);
          handler.onData(bytes);
        });
      });
      const endMs = headMs + (pieces.length + 1) * gapMs + 1;
      if (end === 'end') {
        at(endMs, () => {
          finish();
          handler.onEnd();
        });
      } else if (end === 'break') at(endMs, () => fail('connection-lost'));
      // A silence is bounded, and so is the time to the first byte.
      const first = headMs + gapMs;
      if (first > limits.firstByteMs) at(limits.firstByteMs, () => fail('first-byte-timeout'));
      if (end === 'hang') at(endMs + limits.idleMs, () => fail('idle-timeout'));
    }
    return {
      get reached() {
        return progress.reached;
      },
      abort: hangUp,
      pause: () => undefined,
      resume: () => undefined,
    };
  }
}

interface Played {
  readonly limits: UpstreamLimits;
  readonly handler: UpstreamHandler;
  readonly pieces: readonly Piece[];
  readonly onReached: () => void;
  readonly onRefused: () => void;
  readonly onOwed: (writtenBytes: number) => void;
}

interface Progress {
  reached: 'nobody' | 'provider';
  over: boolean;
  answered?: true;
  /** Of text that came through. */
  writtenBytes: number;
}

interface Piece {
  readonly bytes: Buffer;
  /** Of text, with this piece and all before it. */
  readonly writtenBytes: number;
}

/** The answer in pieces of the network. */
function renderPieces(
  { texts, usage, status }: Script,
  of: {
    readonly delivery: World['delivery'];
    readonly promptTokens: number;
    readonly completionTokens: number;
  },
): readonly Piece[] {
  const told = usage === 'told';
  const { promptTokens, completionTokens } = of;
  const counts = { prompt_tokens: promptTokens, completion_tokens: completionTokens };
  if (status !== 200) {
    return [{ bytes: Buffer.from('{"error":{"message":"no"}}'), writtenBytes: 0 }];
  }
  if (of.delivery === 'json') {
    const message = { role: 'assistant', content: texts.join('') };
    const answer = {
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      ...(told ? { usage: counts } : {}),
    };
    const written = Buffer.byteLength(texts.join(''));
    return [{ bytes: Buffer.from(JSON.stringify(answer)), writtenBytes: written }];
  }
  let written = 0;
  const events = texts.map((content): Piece => {
    written += Buffer.byteLength(content);
    return {
      bytes: renderEvent({ choices: [{ index: 0, delta: { content } }] }),
      writtenBytes: written,
    };
  });
  const last = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  return [
    ...events,
    { bytes: renderEvent(last), writtenBytes: written },
    ...(told
      ? [{ bytes: renderEvent({ choices: [], usage: counts }), writtenBytes: written }]
      : []),
    { bytes: Buffer.from('data: [DONE]\n\n'), writtenBytes: written },
  ];
}

function renderEvent(event: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
}

interface Outcome {
  readonly exchanges: readonly Exchange[];
  readonly spent: readonly Spend[];
  readonly settled: readonly CallUse[];
}

/** One call, from its arrival until it is in the books. */
async function live(world: World): Promise<Outcome> {
  const clock = new VirtualClock();
  const provider = new ScriptedProvider(clock, world);
  const config = gatewayConfig(
    ['one', 'two', 'three'].map((id) => deployment({ id, apiBase: `http://${id}`, ...PRICE })),
    {
      retries: world.retries,
      hedging: world.hedging,
      timeoutSeconds: 0.5,
      streamIdleTimeoutSeconds: 0.3,
      callTimeoutSeconds: 2,
    },
  );
  const fleet = new Fleet(config, PROVIDERS, clock);
  const dispatcher = new Dispatcher(fleet, config.router, {
    clock,
    random: createSeededRandom(1),
    upstream: provider,
    memory: ENDLESS_MEMORY,
    credentials: NO_CREDENTIALS,
    writeLog: () => undefined,
  });
  const spent: Spend[] = [];
  const settled: CallUse[] = [];
  const accounts = new CallAccounts({
    limits: { begin: () => reservation },
    ledger: { record: (spend) => void spent.push(spend) },
    standing: NO_GUARDS.budgets,
    router: config.router,
    table: fleet.table,
    clock,
  });
  const reservation = {
    completionCapTokens: null,
    unpriced: 'free' as const,
    headers: [],
    settle: (use: CallUse) => void settled.push(use),
    release: () => undefined,
  };
  const messages = [{ role: 'user', content: 'a prompt of some tokens' }];
  const stream = world.delivery === 'stream';
  const body = parseClientBody(
    Buffer.from(JSON.stringify({ model: 'gpt-4o', messages, stream })),
    null,
  );
  const startedMs = clock.nowMs();
  const asked = { requestedTimeoutSeconds: null, requestedRetries: null };
  const call: Call = {
    id: 'call-1',
    body,
    startedMs,
    deadlineMs: planDeadlineMs({ nowMs: startedMs, router: config.router, ...asked }),
    cancellation: new Cancellation(),
    bill: new CallBill(),
    ...asked,
  };
  const place = resolveModel('gpt-4o', fleet.table);
  if (place.kind === 'unknown') throw new Error('the model is configured');
  if (world.leavesAfterMs !== null) {
    clock.after(world.leavesAfterMs, () => call.cancellation.cancel('client-left'));
  }
  const lived = dispatcher.dispatch(call, place).then(async (answer) => {
    const { outcome, usage } = await receive(answer, call);
    const owner = { caller: aCaller({}), call, route: 'chat_completions' };
    const { trail } = answer;
    accounts.close(owner, reservation, { outcome, trail, usage, cacheHit: false });
  });
  await clock.run(() => undefined);
  await lived;
  return { exchanges: provider.exchanges, spent, settled };
}

async function receive(answer: Answer, call: Call) {
  if (answer.kind === 'complete') return { outcome: 'success', usage: answer.usage };
  if (answer.kind !== 'streaming') return { outcome: answer.kind, usage: null };
  const outlet = { write: () => true, onDrain: () => undefined };
  const relay = new StreamRelay(answer.stream, outlet, { secrets: [], model: 'gpt-4o' });
  call.cancellation.listen(() => relay.cancel());
  const { kind, usage } = await relay.result;
  return { outcome: kind, usage };
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

describe('what a call owes', () => {
  it('is never less than what providers delivered and never more than they may bill, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(WORLD, async (world) => {
        const { exchanges, spent, settled } = await live(world);
        const charged = sum(spent.map(({ microDollars }) => microDollars));
        expect(charged).toBeGreaterThanOrEqual(sum(exchanges.map(({ owed }) => owed)));
        expect(charged).toBeLessThanOrEqual(sum(exchanges.map(({ most }) => most)));
        // The limits hear of the same as the books, and the tokens are those that were priced.
        expect(sum(settled.map(({ microDollars }) => microDollars))).toBe(charged);
        const tokens = spent.map((entry) => entry.promptTokens + entry.completionTokens);
        expect(sum(tokens)).toBe(charged);
      }),
      { numRuns: 400 },
    );
  });
});
