import type { GatewayConfig, HealthChecksConfig } from '../../../lib/config/gateway-config';
import { completion, providerError, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';

const WELL: Script = { kind: 'json', body: completion('Hi') };
const BROKEN: Script = { kind: 'json', status: 500, body: providerError('boom') };
const REFUSED: Script = { kind: 'json', status: 401, body: providerError('bad key') };

interface Scripts {
  first: Script;
  second: Script;
}

/** Two providers of one model, whose scripts the test changes, behind a gateway without chance: it prefers the first. */
class World {
  private constructor(
    readonly scripts: Scripts,
    private readonly providers: readonly FakeProvider[],
    readonly gateway: TestGateway,
  ) {}

  static async start(
    scripts: Scripts,
    change: (config: GatewayConfig) => GatewayConfig,
  ): Promise<World> {
    const first = await startFakeProvider(() => scripts.first);
    const second = await startFakeProvider(() => scripts.second);
    const config = gatewayConfig([
      deployment({ id: 'first', apiBase: first.url }),
      deployment({ id: 'second', apiBase: second.url }),
    ]);
    return new World(scripts, [first, second], await startTestGateway(change(config)));
  }

  /** How often the first provider was asked. */
  get asked(): number {
    return this.providers[0]?.seen.length ?? 0;
  }

  async chat(): Promise<{ readonly status: number; readonly by: string; readonly state: string }> {
    const { status, headers } = await this.gateway.chat(HELLO);
    return {
      status,
      by: headers.get('x-litellm-model-id') ?? '',
      state: headers.get('x-litellm-ha-deployment-state') ?? '',
    };
  }

  /** The names of the gauges and counters of a deployment that are not zero. */
  async metrics(id: string): Promise<string> {
    const text = await (await this.gateway.get('/metrics')).text();
    return text
      .split('\n')
      .filter((line) => line.includes(`model_id="${id}"`) && !line.endsWith(' 0'))
      .join('\n');
  }

  async until(id: string, expected: string): Promise<void> {
    while (!(await this.metrics(id)).includes(expected)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async stop(): Promise<void> {
    await this.gateway.gateway.kill();
    await Promise.all(this.providers.map((provider) => provider.stop()));
  }
}

const withRouter =
  (router: Partial<GatewayConfig['router']>) =>
  (config: GatewayConfig): GatewayConfig => ({
    ...config,
    router: { ...config.router, ...router },
  });

const withChecks =
  (checks: Partial<HealthChecksConfig>) =>
  (config: GatewayConfig): GatewayConfig => ({
    ...config,
    general: {
      ...config.general,
      healthChecks: { ...config.general.healthChecks, ...checks },
    },
  });

describe('the circuit breaker, seen from outside', () => {
  let world: World;
  afterEach(() => world.stop());

  it('opens, lets one request probe after the rest, and closes by steps', async () => {
    world = await World.start(
      { first: BROKEN, second: WELL },
      withRouter({ allowedFails: 0, cooldownSeconds: 1, cooldownGrowth: 'fixed' }),
    );
    expect(await world.chat()).toEqual({ status: 200, by: 'second', state: 'closed' });
    expect(await world.metrics('first')).toContain('state="open"} 1');
    expect(await world.chat()).toMatchObject({ by: 'second' });
    expect(world.asked).toBe(1);

    world.scripts.first = WELL;
    await world.until('first', 'state="half-open"} 1');
    expect(await world.chat()).toEqual({ status: 200, by: 'first', state: 'ramping' });
    expect(await world.metrics('first')).toContain('state="ramping"} 1');
  });

  it('keeps all but one request away from a deployment that is being probed', async () => {
    world = await World.start(
      { first: BROKEN, second: WELL },
      withRouter({ allowedFails: 0, cooldownSeconds: 1, cooldownGrowth: 'fixed' }),
    );
    await world.chat();
    world.scripts.first = { ...WELL, delayMs: 300 };
    await world.until('first', 'state="half-open"} 1');
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.chat()));
    expect(answers.filter(({ by }) => by === 'first')).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  it('calls for a person when a provider refuses the key', async () => {
    world = await World.start({ first: REFUSED, second: WELL }, (config) => config);
    expect(await world.chat()).toMatchObject({ status: 200, by: 'second' });
    const metrics = await world.metrics('first');
    expect(metrics).toMatch(/litellm_ha_deployment_misconfigured\{.*\} 1/);
    expect(metrics).toContain('state="open"} 1');
  });

  it('does not call a deployment unhealthy for limiting the rate', async () => {
    world = await World.start(
      { first: { ...BROKEN, status: 429 }, second: WELL },
      (config) => config,
    );
    await world.chat();
    expect(await world.metrics('first')).toContain('state="rate-limited"} 1');
    const metrics = await (await world.gateway.get('/metrics')).text();
    expect(metrics).toContain('litellm_model_health_status{status="healthy"} 2\n');
  });

  it('stays closed when a client does not give anybody the time to answer', async () => {
    world = await World.start(
      { first: { kind: 'hang' }, second: { kind: 'hang' } },
      withRouter({ allowedFails: 0, retries: 0 }),
    );
    expect((await world.gateway.chat({ ...HELLO, timeout: 0.05 })).status).toBe(408);
    expect(await world.metrics('first')).toContain('state="closed"} 1');
    expect(await world.metrics('first')).toContain('exception_status="408"');
  });

  it('asks a resting deployment rather than nobody, and counts it', async () => {
    world = await World.start(
      { first: BROKEN, second: BROKEN },
      withRouter({ allowedFails: 0, retries: 0 }),
    );
    await world.chat();
    await world.chat();
    expect((await world.chat()).status).toBe(500);
    const metrics = await (await world.gateway.get('/metrics')).text();
    expect(metrics).toMatch(/litellm_ha_forced_attempts_total\{.*\} 1/);
    expect(metrics).toMatch(/litellm_ha_panic_attempts_total\{.*\} 1/);
  });
});

describe('background health checks', () => {
  let world: World;
  afterEach(() => world.stop());
  const CHECKED = { background: 'own', intervalSeconds: 300, routing: 'on' } as const;

  it('keep requests away from a deployment that fails its check', async () => {
    world = await World.start({ first: BROKEN, second: WELL }, withChecks(CHECKED));
    await world.until('first', 'litellm_deployment_state');
    expect(await world.chat()).toMatchObject({ status: 200, by: 'second' });
    expect(world.asked).toBe(1);
  });

  it('never keep requests away from all of a group', async () => {
    world = await World.start({ first: BROKEN, second: BROKEN }, withChecks(CHECKED));
    await world.until('second', 'litellm_deployment_state');
    world.scripts.first = WELL;
    expect(await world.chat()).toMatchObject({ status: 200, by: 'first' });
  });

  it('inform alone where they do not drive the routing', async () => {
    world = await World.start(
      { first: BROKEN, second: WELL },
      withChecks({ ...CHECKED, routing: 'off' }),
    );
    await world.until('first', 'litellm_deployment_state');
    world.scripts.first = WELL;
    expect(await world.chat()).toMatchObject({ by: 'first' });
  });

  it('answer /health without asking the providers again', async () => {
    world = await World.start({ first: BROKEN, second: WELL }, withChecks(CHECKED));
    await world.until('first', 'litellm_deployment_state');
    const body: unknown = await (await world.gateway.get('/health')).json();
    expect(body).toMatchObject({ healthy_count: 1, unhealthy_count: 1 });
    const one: unknown = await (await world.gateway.get('/health?model_id=second')).json();
    expect(one).toMatchObject({ healthy_count: 1, unhealthy_count: 0 });
    const latest: unknown = await (await world.gateway.get('/health/latest')).json();
    expect(latest).toEqual({
      checked_at: expect.stringMatching(/^\d{4}-.*Z$/),
      ...(body as object),
    });
    expect(world.asked).toBe(1);
  });

  it('say whether they are shared, and how old their results are', async () => {
    world = await World.start(
      { first: WELL, second: WELL },
      withChecks({ ...CHECKED, background: 'shared' }),
    );
    const status = async (): Promise<Readonly<Record<string, unknown>>> =>
      (await (await world.gateway.get('/health/shared-status')).json()) as Record<string, unknown>;
    let now = await status();
    while (now['cache_available'] !== true) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      now = await status();
    }
    expect(now).toEqual({
      shared_health_check_enabled: true,
      cache_available: true,
      cache_age_seconds: expect.any(Number),
      last_checked_by: expect.any(String),
    });
  });
});

describe('/health', () => {
  let world: World;
  afterEach(() => world.stop());

  it('keeps addresses and errors to itself where details are off', async () => {
    world = await World.start({ first: BROKEN, second: WELL }, withChecks({ details: 'names' }));
    const body: unknown = await (await world.gateway.get('/health')).json();
    expect(body).toEqual({
      healthy_endpoints: [{ model: 'openai/gpt-4o' }],
      unhealthy_endpoints: [{ model: 'openai/gpt-4o' }],
      healthy_count: 1,
      unhealthy_count: 1,
    });
  });

  it('knows nothing under /health/latest before anything was checked', async () => {
    world = await World.start({ first: WELL, second: WELL }, (config) => config);
    const latest: unknown = await (await world.gateway.get('/health/latest')).json();
    expect(latest).toEqual({ checked_at: null });
    expect(world.asked).toBe(0);
  });

  it('rejects whoever has no key', async () => {
    world = await World.start({ first: WELL, second: WELL }, (config) => config);
    for (const path of ['/health', '/health/latest', '/health/shared-status']) {
      expect((await fetch(`${world.gateway.url}${path}`)).status).toBe(401);
    }
  });
});
