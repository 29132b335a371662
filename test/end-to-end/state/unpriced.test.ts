import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { codeOf, createDataFolder, startStateGateway, until } from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

describe('a model whose price nobody knows', () => {
  let provider: FakeProvider;
  let gateway: StateGateway | null = null;

  beforeAll(async () => {
    // Who answered would have a price, so the answer does not say.
    const body = { ...(completion('Hi') as object), model: 'my-deployment' };
    provider = await startFakeProvider(() => ({ kind: 'json', body }));
  });

  afterEach(() => gateway?.kill());
  afterAll(() => provider.stop());

  async function start(budgetUnpriced: string): Promise<StateGateway> {
    const model = {
      model_name: 'mine',
      litellm_params: {
        model: 'azure/my-deployment',
        api_base: provider.url,
        api_key: 'sk-provider-canary',
      },
      model_info: { id: 'mine-1' },
    };
    gateway = await startStateGateway([model], createDataFolder(), {
      sections: { general_settings: { budget_unpriced: budgetUnpriced } },
    });
    return gateway;
  }

  const mine = { model: 'mine' };
  const WARNING = /^model_list, mine: no price of azure\/my-deployment is known, so /;

  it('is charged the dearest of its provider under a budget, which then binds', async () => {
    const { warnings, createKey, chat, administer, ask } = await start('estimate');
    expect(warnings.filter((line) => WARNING.test(line))).toHaveLength(1);
    const bound = await createKey({ max_budget: 0.0003 });
    const first = await chat(bound.secret, mine);
    expect(first.status).toBe(400);
    expect(await codeOf(first)).toBe('budget_exceeded');

    const rich = await createKey({ max_budget: 100 });
    const answer = await chat(rich.secret, mine);
    expect(answer.status).toBe(200);
    const cost = Number(answer.headers.get('x-litellm-response-cost'));
    expect(cost).toBeGreaterThan(0.0001);
    expect(answer.headers.get('x-litellm-ha-cost-estimated')).toBe('price');
    await answer.text();
    const info = await until(
      () => administer(`GET /key/info?key=${rich.id}`),
      ({ info: key }) => (key as { readonly spend: number }).spend > 0,
    );
    expect((info.info as { readonly spend: number }).spend).toBeCloseTo(cost, 9);
    const { text } = await ask('sk-administrator-0123456789', 'GET /metrics');
    expect(text).toContain('litellm_ha_unpriced_attempts_total{requested_model="mine"} 1\n');
    expect(text).toMatch(/litellm_ha_estimated_spend_total\{requested_model="mine"\} 0\.0\d+\n/);
  });

  it('costs nothing without a budget, and is counted', async () => {
    const { createKey, chat, ask } = await start('estimate');
    const free = await createKey();
    const answer = await chat(free.secret, mine);
    expect(answer.status).toBe(200);
    expect(answer.headers.has('x-litellm-response-cost')).toBe(false);
    await answer.text();
    const { text } = await ask('sk-administrator-0123456789', 'GET /metrics');
    expect(text).toContain('litellm_ha_unpriced_attempts_total{requested_model="mine"} 1\n');
    expect(text).not.toContain('litellm_ha_estimated_spend_total{');
  });

  it('is refused under a budget, where that is wished, and nobody is asked', async () => {
    const { createKey, chat } = await start('refuse');
    const before = provider.seen.length;
    const bound = await createKey({ max_budget: 100 });
    const refused = await chat(bound.secret, mine);
    expect(refused.status).toBe(403);
    expect(await codeOf(refused)).toBe('model_unpriced');
    expect(provider.seen).toHaveLength(before);
    const free = await createKey();
    expect((await chat(free.secret, mine)).status).toBe(200);
  });

  it('costs nothing under a budget, where that is wished', async () => {
    const { createKey, chat } = await start('allow');
    const bound = await createKey({ max_budget: 0.000001 });
    const answer = await chat(bound.secret, mine);
    expect(answer.status).toBe(200);
    expect(answer.headers.has('x-litellm-response-cost')).toBe(false);
  });

  it('binds the budget of a team, too', async () => {
    const { createKey, chat, administer } = await start('estimate');
    const { team_id: team } = await administer('POST /team/new', { max_budget: 0.0003 });
    const key = await createKey({ team_id: team });
    expect(await codeOf(await chat(key.secret, mine))).toBe('budget_exceeded');
  });
});
