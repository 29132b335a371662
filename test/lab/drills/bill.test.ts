import { setTimeout as wait } from 'node:timers/promises';
import { createDataFolder, startStateGateway, until } from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';
import { LEAVING, MOODS, startBillingProvider } from './support/billing-provider';
import type { BillingProvider } from './support/billing-provider';
import { DRILL } from './support/drill-scale';
import { PRICES } from './support/setting';

/** With `LITELLM_HA_DRILL=full` ten minutes and a fault every twelve seconds. */
const SCALE = DRILL.scale({
  short: { seconds: 18, faultSeconds: 1.5, perSecond: 10 },
  full: { seconds: 600, faultSeconds: 12, perSecond: 25 },
});

describe('the bill of the providers', () => {
  const leaving = new Map<string, () => void>();
  let providers: readonly BillingProvider[] = [];
  let gateway: StateGateway;

  beforeAll(async () => {
    const onLeavable = (prompt: string): void => leaving.get(prompt)?.();
    providers = await Promise.all([0, 1, 2].map(() => startBillingProvider({ onLeavable })));
    const model = (apiBase: string, index: number): object => ({
      model_name: 'gpt-4o',
      litellm_params: {
        model: 'openai/gpt-4o',
        api_base: apiBase,
        api_key: 'sk-provider',
        timeout: 4,
        input_cost_per_token: PRICES.input,
        output_cost_per_token: PRICES.output,
      },
      model_info: { id: `gpt-4o-${index}` },
    });
    // Nobody listens at the last one.
    const models = [...providers.map(({ url }) => url), 'http://127.0.0.1:9'].map(model);
    gateway = await startStateGateway(models, createDataFolder(), {
      sections: {
        router_settings: {
          num_retries: 2,
          cooldown_time: 1,
          // An answer that is on its way as its race is lost is billed and never seen: nobody but a provider that hangs may
          // take so long, however busy the machine is.
          hedging: { after_ms: 2000, max: 1, max_priority: 0 },
        },
      },
    });
  }, DRILL.timeoutMs);

  afterAll(async () => {
    await gateway.kill();
    await Promise.all(providers.map((provider) => provider.stop()));
  });

  /** One client, who may leave once its provider is at work. Resolves when it is done, in whatever way. */
  async function ask(key: string, number: number): Promise<string> {
    const stream = number % 2 === 0;
    const leaves = number % 5 === 0;
    const content = `question ${number} ${leaves ? LEAVING : ''}`;
    const hangUp = new AbortController();
    const aborted = new Promise<void>((resolve) => {
      // A moment later the first words have reached the gateway, and it has passed them on.
      leaving.set(content, () => void setTimeout(() => resolve(hangUp.abort()), 200));
    });
    try {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'gpt-4o',
          stream,
          messages: [{ role: 'user', content }],
          ...(leaves ? { num_retries: 0 } : {}),
        }),
        signal: hangUp.signal,
      });
      await response.text();
      return String(response.status);
    } catch {
      if (leaves) await aborted;
      return leaves ? 'left' : 'cut';
    } finally {
      leaving.delete(content);
    }
  }

  it(
    'is what the ledger holds, to the millionth, whatever they and their clients do',
    async () => {
      const { secret, id } = await gateway.createKey();
      const calls: Promise<string>[] = [];
      const endsAtMs = performance.now() + SCALE.seconds * 1000;
      let fault = 0;
      const faults = setInterval(() => {
        fault += 1;
        // One of them is unwell at a time, each in its turn with each of its moods; then all are well again.
        providers.forEach((provider, index) => {
          const isUnwell = fault % 2 === 1 && (fault >> 1) % providers.length === index;
          provider.mood = isUnwell ? (MOODS[(fault >> 1) % MOODS.length] ?? 'well') : 'well';
        });
      }, SCALE.faultSeconds * 500);
      while (performance.now() < endsAtMs) {
        calls.push(ask(secret, calls.length));
        await wait(1000 / SCALE.perSecond);
      }
      clearInterval(faults);
      const outcomes = await Promise.all(calls);
      const owed = providers.reduce((sum, provider) => {
        const { prompt, completion } = provider.bill();
        return sum + Math.round(1e6 * (prompt * PRICES.input + completion * PRICES.output));
      }, 0);
      const readSpent = async (): Promise<number> => {
        const { info } = await gateway.administer(`GET /key/info?key=${id}`);
        return Math.round(1e6 * Number((info as { readonly spend: number }).spend));
      };
      const settled = { spent: -1 };
      const spent = await until(
        async () => {
          const before = settled.spent;
          settled.spent = await readSpent();
          await wait(500);
          return settled.spent === before ? before : null;
        },
        (sum) => sum !== null,
      );
      const counts = Object.fromEntries(
        [...new Set(outcomes)].map((kind) => [
          kind,
          outcomes.filter((each) => each === kind).length,
        ]),
      );
      DRILL.tell('the bill of the providers', {
        calls: calls.length,
        outcomes: counts,
        owed,
        spent,
      });
      expect(counts).toHaveProperty('left');
      expect(counts['200']).toBeGreaterThan(calls.length / 2);
      expect(spent).toBe(owed);
    },
    DRILL.timeoutMs + SCALE.seconds * 1000,
  );
});
