import { providerContext } from '../../support/provider-context';
import type { DeploymentConfig, HealthChecksConfig } from '../../../lib/config/gateway-config';
import { Fleet } from '../../../runtime/dispatch/fleet';
import { BackgroundChecks } from '../../../runtime/health/background-checks';
import { DeepCheck } from '../../../runtime/health/deep-check';
import type { HealthResultStore } from '../../../runtime/state/health-result-store';
import { MemoryHealthResultStore } from '../../../runtime/state/memory-health-result-store';
import type { Upstream, UpstreamRequest } from '../../../runtime/ports';
import { hasFailedCheck, UNTRIED } from '../../../runtime/routing/health';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { ENDLESS_MEMORY } from '../../support/endless-memory';
import { ManualClock } from '../../support/manual-clock';

const SETTINGS: HealthChecksConfig = {
  background: 'own',
  intervalSeconds: 300,
  concurrency: 8,
  details: 'full',
  routing: 'on',
  stalenessSeconds: 600,
  transientErrors: 'counted',
};
const NO_DEFAULTS = providerContext();

type Answer = 'well' | 500 | 429 | 'hangs';

/** Providers that answer by the model they are asked for, or wait for their timeout. */
class AnsweringUpstream implements Upstream {
  readonly asked: UpstreamRequest[] = [];

  constructor(
    private readonly clock: ManualClock,
    private readonly answers: Readonly<Record<string, Answer>>,
  ) {}

  send: Upstream['send'] = (request, limits, handler) => {
    this.asked.push(request);
    const { model } = JSON.parse(request.body.toString()) as { readonly model: string };
    const answer = this.answers[model] ?? 'well';
    if (answer === 'hangs') {
      this.clock.after(limits.firstByteMs, () => handler.onError('first-byte-timeout', ''));
    } else {
      queueMicrotask(() => {
        handler.onHead(answer === 'well' ? 200 : answer, {});
        const choice = { index: 0, message: { role: 'assistant', content: 'Hi' } };
        handler.onData(
          Buffer.from(
            JSON.stringify(
              answer === 'well' ? { choices: [choice] } : { error: { message: 'no' } },
            ),
          ),
        );
        handler.onEnd();
      });
    }
    return {
      reached: 'provider',
      abort: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
    };
  };

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const model = (id: string, parts: Partial<DeploymentConfig> = {}): DeploymentConfig =>
  deployment({ id, providerModel: id, ...parts });

interface Bench {
  readonly clock: ManualClock;
  readonly upstream: AnsweringUpstream;
  readonly fleet: Fleet;
  readonly checks: BackgroundChecks;
  readonly log: string[];
  /** Lets time pass, and everything that follows from it happen. */
  readonly advance: (byMs: number) => Promise<void>;
  readonly unwell: () => readonly string[];
}

interface BenchOptions {
  readonly deployments?: readonly DeploymentConfig[];
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly settings?: Partial<HealthChecksConfig>;
  readonly store?: HealthResultStore;
  readonly clock?: ManualClock;
  readonly replica?: string;
}

function bench(options: BenchOptions = {}): Bench {
  const clock = options.clock ?? new ManualClock();
  const settings = { ...SETTINGS, ...options.settings };
  const plain = gatewayConfig(options.deployments ?? [model('a'), model('b')]);
  const config = { ...plain, general: { ...plain.general, healthChecks: settings } };
  const upstream = new AnsweringUpstream(clock, options.answers ?? {});
  const fleet = new Fleet(config, NO_DEFAULTS, clock);
  const log: string[] = [];
  const checks = new BackgroundChecks({
    settings,
    fleet,
    deepCheck: new DeepCheck({ fleet, upstream, clock, memory: ENDLESS_MEMORY, settings }),
    store: options.store ?? new MemoryHealthResultStore(clock),
    ports: { clock, random: { next: () => 0.5 }, writeLog: (lines) => void log.push(lines) },
    replica: options.replica ?? 'one',
  });
  checks.start();
  return {
    clock,
    upstream,
    fleet,
    checks,
    log,
    advance: async (byMs) => {
      clock.advance(byMs);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    },
    unwell: () =>
      [...fleet.targets.keys()].filter((id) =>
        hasFailedCheck(fleet.health.get(id) ?? UNTRIED, clock.nowMs()),
      ),
  };
}

describe('BackgroundChecks', () => {
  it('checks nothing where background checks are off', () => {
    expect(bench({ settings: { background: 'off' } }).clock.waiting).toBe(0);
  });

  it('checks soon after the start, spread over ten seconds, and then by the interval', async () => {
    const { upstream, advance } = bench();
    await advance(4_999);
    expect(upstream.asked).toHaveLength(0);
    await advance(1);
    expect(upstream.asked).toHaveLength(2);
    await advance(300_000);
    expect(upstream.asked).toHaveLength(4);
  });

  it('tells the router who is unwell, until the next check finds it well', async () => {
    const answers: Record<string, Answer> = { b: 500 };
    const { advance, unwell, checks } = bench({ answers });
    await advance(5_000);
    expect(unwell()).toEqual(['b']);
    expect(checks.latest?.results.map(({ failure }) => failure?.kind ?? null)).toEqual([
      null,
      'provider_internal',
    ]);
    answers['b'] = 'well';
    await advance(300_000);
    expect(unwell()).toEqual([]);
  });

  it('leaves the others alone when one check takes its whole timeout', async () => {
    const healthCheck = { model: null, timeoutSeconds: 7, maxTokens: 1, background: 'on' } as const;
    const { advance, unwell, checks, upstream } = bench({
      deployments: [model('a', { healthCheck }), model('b'), model('c')],
      answers: { a: 'hangs' },
      settings: { concurrency: 2 },
    });
    await advance(5_000);
    expect(upstream.asked).toHaveLength(3);
    expect(checks.latest).toBeNull();
    await advance(7_000);
    expect(checks.latest?.results).toHaveLength(3);
    expect(unwell()).toEqual(['a']);
  });

  it('asks for the model, the tokens and only the deployments that the file says', async () => {
    const healthCheck = { timeoutSeconds: 60, maxTokens: 1, background: 'on' } as const;
    const { advance, upstream } = bench({
      deployments: [
        model('wild', { providerModel: '*', healthCheck: { ...healthCheck, model: 'mini' } }),
        model('quiet', { healthCheck: { ...healthCheck, model: null, background: 'off' } }),
        model('unknown', { providerModel: '*' }),
      ],
    });
    await advance(5_000);
    expect(upstream.asked.map(({ body }) => JSON.parse(body.toString()) as unknown)).toEqual([
      { model: 'mini', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1 },
    ]);
  });

  it('holds a rate limit against a deployment only where transient errors count', async () => {
    const counted = bench({ answers: { a: 429 } });
    await counted.advance(5_000);
    expect(counted.unwell()).toEqual(['a']);
    const ignored = bench({ answers: { a: 429 }, settings: { transientErrors: 'ignored' } });
    await ignored.advance(5_000);
    expect(ignored.unwell()).toEqual([]);
    expect(ignored.checks.latest?.results[0]?.failure?.kind).toBe('provider_rate_limit');
  });

  it('shares one round among replicas', async () => {
    const clock = new ManualClock();
    const store = new MemoryHealthResultStore(clock);
    const shared = {
      clock,
      store,
      settings: { background: 'shared' } as const,
      answers: { b: 500 },
    };
    const one = bench({ ...shared, answers: { b: 500 }, replica: 'one' });
    const two = bench({ ...shared, answers: { b: 500 }, replica: 'two' });
    await one.advance(5_000);
    await one.advance(5_000);
    expect(one.upstream.asked.length + two.upstream.asked.length).toBe(2);
    expect(two.unwell()).toEqual(['b']);
    expect(two.checks.latest?.checkedBy).toBe(one.checks.latest?.checkedBy);
  });

  it('checks by itself and says so when the store is down', async () => {
    const down = (): Promise<never> => Promise.reject(new Error('connection refused'));
    const store = { read: down, write: down, takeTurn: down, releaseTurn: down };
    const { advance, unwell, log } = bench({
      store,
      settings: { background: 'shared' },
      answers: { a: 500 },
    });
    await advance(5_000);
    expect(unwell()).toEqual(['a']);
    expect(log).toEqual(['{"healthCheckStore":"connection refused"}\n']);
  });

  it('does not check twice when the store takes no results', async () => {
    const memory = new MemoryHealthResultStore(new ManualClock());
    const store: HealthResultStore = {
      read: () => memory.read(),
      write: () => Promise.reject(new Error('read only')),
      takeTurn: (owner, leaseMs) => memory.takeTurn(owner, leaseMs),
      releaseTurn: (owner) => memory.releaseTurn(owner),
    };
    const { advance, upstream, checks } = bench({ store, settings: { background: 'shared' } });
    await advance(5_000);
    expect(upstream.asked).toHaveLength(2);
    expect(checks.latest?.results).toHaveLength(2);
    expect(await store.takeTurn('two', 1000)).toBe('taken');
  });

  it('begins nothing new when it was stopped during a round', async () => {
    const { checks, advance, clock } = bench({ answers: { a: 'hangs' } });
    await advance(5_000);
    checks.stop();
    await advance(60_000);
    expect(checks.latest).not.toBeNull();
    expect(clock.waiting).toBe(0);
  });

  it('stops for good', async () => {
    const { checks, advance, clock, upstream } = bench();
    await advance(5_000);
    checks.stop();
    await advance(600_000);
    expect(clock.waiting).toBe(0);
    expect(upstream.asked).toHaveLength(2);
  });
});
