import { providerContext } from '../../support/provider-context';
import type { Caller } from '../../../runtime/auth/caller';
import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import type { Call } from '../../../runtime/dispatch/call';
import type { CallTrail } from '../../../runtime/dispatch/dispatcher';
import { Fleet } from '../../../runtime/dispatch/fleet';
import { CallAccounts } from '../../../runtime/handlers/call-accounts';
import type { CallCost, CallEnding, CallOwner } from '../../../runtime/handlers/call-accounts';
import type { Spend } from '../../../runtime/ledger/ledger-entry';
import type { Reservation } from '../../../runtime/limits/limits';
import type { CallOutline } from '../../../runtime/limits/plan-demand';
import { resolveKnownModel } from '../../../runtime/routing/resolve-model';
import type { KnownModel } from '../../../runtime/routing/resolve-model';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';
import { aCaller } from '../limits/a-caller';
import { attempt, TOLD } from '../../support/charge-builder';
import { aCall } from './a-call';
import { NO_GUARDS } from '../../support/no-guards';

const PRICED = { inputCostPerToken: 0.001, outputCostPerToken: 0.002 };
const USAGE = { promptTokens: 7, completionTokens: 3 };
const PROVIDERS = providerContext({ OPENAI_API_KEY: 'key' });

class World {
  readonly clock = new ManualClock();
  /** What happened, in its order. */
  readonly events: string[] = [];
  readonly spent: Spend[] = [];
  readonly begun: CallOutline[] = [];
  readonly fleet: Fleet;
  readonly accounts: CallAccounts;
  readonly reservation: Reservation = {
    completionCapTokens: null,
    unpriced: 'free',
    headers: [],
    settle: (use) => void this.events.push(`settle ${JSON.stringify(use)}`),
    release: () => void this.events.push('release'),
  };

  constructor() {
    const config = gatewayConfig(
      [
        deployment({ id: 'one', ...PRICED }),
        deployment({ id: 'two', modelName: 'spare', ...PRICED }),
        deployment({ id: 'three', modelName: 'last', ...PRICED }),
        deployment({ id: 'four', modelName: 'named', ...PRICED }),
        deployment({ id: 'five', modelName: 'unrelated' }),
      ],
      { fallbacks: { 'gpt-4o': ['spare'] }, defaultFallbacks: ['last'] },
    );
    this.fleet = new Fleet(config, PROVIDERS, this.clock);
    this.accounts = new CallAccounts({
      limits: {
        begin: (_caller, outline) => {
          this.begun.push(outline);
          return this.reservation;
        },
      },
      standing: NO_GUARDS.budgets,
      ledger: {
        record: (spend) => {
          this.events.push('record');
          this.spent.push(spend);
        },
      },
      router: config.router,
      table: this.fleet.table,
      clock: this.clock,
    });
  }

  get model(): KnownModel {
    const model = resolveKnownModel('gpt-4o', this.fleet.table);
    if (model === null) throw new Error('the model is configured');
    return model;
  }

  trail(id: string | null, attempts = id === null ? 0 : 1): CallTrail {
    const target = id === null ? null : (this.fleet.targets.get(id) ?? null);
    const counts = { retries: 0, mostRetries: 0, fallbacks: 0, upstreamMs: 0 };
    return { target, attempts, group: 'gpt-4o', ...counts, answeredMs: null };
  }

  /** A call whose attempts are at these deployments, by their ids. */
  call(ids: readonly string[], body: Readonly<Record<string, unknown>> = {}): Call {
    const call = aCall(body);
    for (const id of ids) call.bill.add(attempt(this.config(id)));
    return call;
  }

  config(id: string): DeploymentConfig {
    const target = this.fleet.targets.get(id);
    if (target === undefined) throw new Error(`${id} is not configured`);
    return target.config;
  }

  close(ending: Partial<CallEnding>, owner: Partial<CallOwner> = {}): CallCost {
    return this.accounts.close(
      { caller: aCaller({}), call: this.call(['one']), route: 'chat_completions', ...owner },
      this.reservation,
      { outcome: 'success', trail: this.trail('one'), usage: USAGE, cacheHit: false, ...ending },
    );
  }

  outline(body: Readonly<Record<string, unknown>>, caller: Caller = aCaller({})): CallOutline {
    void this.accounts.open({ caller, call: aCall(body), route: 'r' }, this.model);
    const outline = this.begun.at(-1);
    if (outline === undefined) throw new Error('no limit was asked');
    return outline;
  }
}

describe('CallAccounts', () => {
  it('asks no limits about administrators', () => {
    const world = new World();
    const owner = { caller: { kind: 'master' }, call: aCall(), route: 'r' } as const;
    const opened = world.accounts.open(owner, world.model);
    expect(opened).toMatchObject({ completionCapTokens: null, headers: [] });
    expect(world.begun).toEqual([]);
  });

  it('sets aside for whoever may be asked: the model, its fallbacks, and those of the client', () => {
    const { candidates, group } = new World().outline({ fallbacks: ['named'] });
    expect(group).toBe('gpt-4o');
    const ids = candidates().map(({ deployment: { id } }) => id);
    expect(ids.sort()).toEqual(['four', 'one', 'three', 'two']);
  });

  it("sets aside for the dearest of the client's own fallbacks", () => {
    const world = new World();
    expect(world.outline({ max_tokens: 5, n: 2 })).toMatchObject({
      maxCompletionTokens: 5,
      choices: 2,
    });
    const messages = [{ role: 'user', content: 'x'.repeat(4000) }];
    const outline = world.outline({
      max_tokens: 5,
      fallbacks: ['spare', { model: 'named', max_tokens: 900, n: 4, messages }],
    });
    expect(outline).toMatchObject({ maxCompletionTokens: 900, choices: 4 });
    expect(outline.promptTokens).toBeGreaterThanOrEqual(1000);
    expect(outline.bodyBytes).toBeGreaterThan(4000);
    const unbounded = world.outline({
      max_tokens: 5,
      fallbacks: [{ model: 'named', max_tokens: null }],
    });
    expect(unbounded.maxCompletionTokens).toBeNull();
  });

  it('keeps a call whose retry found nobody: one deployment was asked', () => {
    const world = new World();
    world.close(
      { outcome: 'no_deployments', trail: world.trail(null, 1), usage: null },
      { call: aCall() },
    );
    expect(world.spent).toMatchObject([
      { outcome: 'no_deployments', deploymentId: null, microDollars: 0 },
    ]);
  });

  it('writes the books first, and tells the limits what was used then', () => {
    const world = new World();
    world.close({});
    expect(world.events).toEqual([
      'record',
      'settle {"promptTokens":7,"completionTokens":3,"microDollars":13000}',
    ]);
  });

  it('writes down who asked for what, and who answered', () => {
    const world = new World();
    world.clock.advance(100);
    const answeredMs = world.clock.nowMs();
    world.clock.advance(150);
    const key = { accountId: 'first', userId: 'u', teamId: 't', organizationId: 'o', tags: ['k'] };
    world.close(
      { trail: { ...world.trail('one'), answeredMs } },
      {
        caller: aCaller(key),
        call: world.call(['one'], {
          user: 'customer',
          metadata: { tags: ['c'], session_id: 's' },
        }),
      },
    );
    expect(world.spent).toEqual([
      {
        callId: 'call-1',
        keyId: 'first',
        userId: 'u',
        teamId: 't',
        organizationId: 'o',
        endUser: 'customer',
        route: 'chat_completions',
        model: 'gpt-4o',
        group: 'gpt-4o',
        deploymentId: 'one',
        litellmModel: 'openai/gpt-4o',
        provider: 'openai',
        promptTokens: 7,
        completionTokens: 3,
        microDollars: 13_000,
        estimated: 'none',
        startedAtMs: world.clock.wallMs() - 250,
        firstByteAtMs: world.clock.wallMs() - 150,
        endedAtMs: world.clock.wallMs(),
        outcome: 'success',
        cacheHit: false,
        tags: ['k', 'c'],
        sessionId: 's',
      },
    ]);
  });

  it('writes down calls of administrators under no key', () => {
    const world = new World();
    world.close({}, { caller: { kind: 'master' } });
    expect(world.spent).toMatchObject([{ keyId: null, userId: null, microDollars: 13_000 }]);
  });

  it('charges nothing for an answer that is given again, and counts its tokens', () => {
    const world = new World();
    world.close({ trail: world.trail(null), cacheHit: true }, { call: aCall() });
    expect(world.spent).toMatchObject([
      { microDollars: 0, cacheHit: true, promptTokens: 7, deploymentId: null, group: 'gpt-4o' },
    ]);
    expect(world.events[1]).toBe('settle {"promptTokens":7,"completionTokens":3,"microDollars":0}');
  });

  it('charges what was produced before the call failed', () => {
    const world = new World();
    world.close({ outcome: 'provider_stream_cut' });
    expect(world.spent).toMatchObject([{ outcome: 'provider_stream_cut', microDollars: 13_000 }]);
    world.close({ outcome: 'provider_internal', usage: null }, { call: aCall() });
    expect(world.spent[1]).toMatchObject({ microDollars: 0, promptTokens: 0 });
  });

  it.each([['a trail without a deployment'], ['no trail at all']])(
    'gives everything back and writes nothing down where nobody was asked: %s',
    (name) => {
      const world = new World();
      world.close({ trail: name === 'no trail at all' ? null : world.trail(null), usage: null });
      expect(world.events).toEqual(['release']);
    },
  );

  it('writes down an attempt that failed after it had cost something, and one that lost a race', () => {
    const world = new World();
    const call = aCall();
    const sentAtMs = 1_600_000_000_000;
    const usage = { ...TOLD, source: 'estimated', completionTokens: 0 } as const;
    call.bill.add(attempt(world.config('two'), { failure: 'provider_timeout', usage, sentAtMs }));
    call.bill.add(attempt(world.config('three'), { usage }));
    call.bill.add(attempt(world.config('one')));
    const cost = world.close({}, { call });
    expect(world.spent).toMatchObject([
      {
        callId: 'call-1',
        deploymentId: 'two',
        group: 'spare',
        outcome: 'provider_timeout',
        microDollars: 7_000,
        estimated: 'usage',
        startedAtMs: sentAtMs,
      },
      { deploymentId: 'three', outcome: 'attempt_abandoned', microDollars: 7_000 },
      { deploymentId: 'one', outcome: 'success', microDollars: 13_000, estimated: 'none' },
    ]);
    expect(cost).toEqual({ microDollars: 27_000, estimated: 'usage', unpriced: 0 });
    expect(world.events.at(-1)).toBe(
      'settle {"promptTokens":21,"completionTokens":3,"microDollars":27000}',
    );
  });

  it('charges a call that was left to the deployment that was asked', () => {
    const world = new World();
    const call = aCall();
    const usage = { ...TOLD, source: 'estimated', completionTokens: 0 } as const;
    call.bill.add(attempt(world.config('one'), { usage }));
    world.close({ outcome: 'client_disconnected', usage: null }, { call });
    expect(world.spent).toMatchObject([
      { outcome: 'client_disconnected', deploymentId: 'one', microDollars: 7_000, promptTokens: 7 },
    ]);
  });
});
