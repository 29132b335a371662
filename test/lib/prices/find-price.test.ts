import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { findMaxInputTokens, findPrice } from '../../../lib/prices';
import type { FoundPrice, PriceList } from '../../../lib/prices';
import { deployment } from '../../support/gateway-config-builder';

const NOW = Date.UTC(2026, 10, 30, 12);
const MILLION = 1_000_000;

function find(
  parts: Partial<DeploymentConfig>,
  question: {
    readonly model?: string;
    readonly answeredBy?: string;
    readonly wallMs?: number;
  } = {},
): FoundPrice {
  const asked = deployment({ id: 'one', apiBase: null, ...parts });
  const { model = asked.providerModel, answeredBy = null, wallMs = NOW } = question;
  return findPrice(asked, { model, answeredBy, wallMs });
}

/** Of prompt and answer, in dollars for a million tokens; null: nobody knows. */
function perMillion(found: FoundPrice): readonly [number, number] | null {
  if (found.kind === 'unknown') return null;
  const { input, output } = found.price.rates;
  const round = (rate: number): number => Math.round(rate * MILLION * 1000) / 1000;
  return [round(input), round(output)];
}

describe('findPrice', () => {
  it.each([
    ['openai', 'gpt-4o-2024-08-06', [2.5, 10]],
    ['openai', 'o1', [15, 60]],
    ['openai', 'gpt-4o-audio-preview', [2.5, 10]],
    ['openai', 'ft:gpt-4o-2024-08-06:org::id', [3.75, 15]],
    ['azure', 'gpt-4o', [2.5, 10]],
    ['azure', 'eu/gpt-4o', [2.5, 10]],
    ['azure', 'gpt-35-turbo', [0.5, 1.5]],
    ['azure_ai', 'claude-3-7-sonnet', [3, 15]],
    ['anthropic', 'claude-3-5-haiku-20241022', [0.8, 4]],
    ['bedrock', 'anthropic.claude-3-5-sonnet-20240620-v1:0', [3, 15]],
    ['bedrock', 'us.anthropic.claude-3-7-sonnet-20250219-v1:0', [3, 15]],
    ['bedrock', 'converse/us.anthropic.claude-3-7-sonnet-20250219-v1:0', [3, 15]],
    ['bedrock', 'us-east-1/amazon.nova-pro-v1:0', [0.8, 3.2]],
    ['bedrock_converse', 'amazon.nova-pro-v1:0', [0.8, 3.2]],
    ['vertex_ai', 'claude-sonnet-4@20250514', [3, 15]],
    ['vertex_ai', 'gemini-2.5-pro', [1.25, 10]],
    ['gemini', 'gemini-2.0-flash-001', [0.1, 0.4]],
    ['gemini', 'models/gemini-2.5-pro', [1.25, 10]],
    ['openrouter', 'anthropic/claude-sonnet-4', [3, 15]],
    ['groq', 'llama-3.3-70b-versatile', [0.59, 0.79]],
    ['together_ai', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', [0.88, 0.88]],
    ['xai', 'grok-4', [3, 15]],
    ['mistral', 'mistral-large-latest', [2, 6]],
    ['moonshot', 'kimi-k2-0711-preview', [0.6, 2.5]],
    ['cohere_chat', 'command-r-plus', [2.5, 10]],
    ['perplexity', 'sonar', [1, 1]],
  ] as const)("knows LiteLLM's %s/%s", (provider, providerModel, expected) => {
    expect(perMillion(find({ provider, providerModel }))).toEqual(expected);
  });

  it.each([
    ['https://api.deepseek.com/v1', 'deepseek-chat', [0.27, 1.1]],
    ['https://api.groq.com/openai/v1', 'llama-3.3-70b-versatile', [0.59, 0.79]],
    ['https://openrouter.ai/api/v1', 'anthropic/claude-sonnet-4', [3, 15]],
    ['https://proxy.example.com', 'gpt-4o', [2.5, 10]],
    ['http://10.0.0.7:8000/v1', 'gpt-4o', [2.5, 10]],
  ] as const)('knows by the address %s who speaks like OpenAI', (apiBase, model, expected) => {
    const found = find({ providerModel: model, apiBase });
    expect(perMillion(found)).toEqual(expected);
  });

  const LIST: PriceList = {
    'gpt-4o': { costs: { input_cost_per_token: 7 / MILLION }, maxInputTokens: 70 },
    'azure/mine': { costs: { input_cost_per_token: 8 / MILLION }, maxInputTokens: null },
    windowed: { costs: {}, maxInputTokens: 9 },
  };

  it('goes by the deployment first, then by the own list, then by the public one', () => {
    const own = { inputCostPerToken: 1 / MILLION, priceList: LIST };
    expect(find(own)).toMatchObject({ source: 'deployment' });
    const listed = find({ priceList: LIST });
    expect(listed).toMatchObject({ source: 'own-list' });
    expect(perMillion(listed)).toEqual([7, 0]);
    expect(find({})).toMatchObject({ source: 'public-list' });
  });

  it("takes any of LiteLLM's fields of a deployment for its price", () => {
    const found = find({ otherCosts: { input_cost_per_second: 0.001 } });
    expect(found).toMatchObject({ source: 'deployment', price: { perSecond: 0.001 } });
  });

  it('finds the own list by provider and model, and an entry without prices tells none', () => {
    const azure = { provider: 'azure', providerModel: 'mine', priceList: LIST };
    expect(perMillion(find(azure))).toEqual([8, 0]);
    expect(find({ ...azure, providerModel: 'windowed' }).kind).toBe('unknown');
  });

  it('asks for the base model first, also where it names another provider', () => {
    const azure = { provider: 'azure', providerModel: 'my-deployment' };
    expect(perMillion(find({ ...azure, baseModel: 'gpt-4o' }))).toEqual([2.5, 10]);
    expect(perMillion(find({ ...azure, baseModel: 'azure/gpt-4o' }))).toEqual([2.5, 10]);
    expect(perMillion(find({ ...azure, baseModel: 'mistral/mistral-large' }))).toEqual([2, 6]);
    expect(perMillion(find({ ...azure, providerModel: 'gpt-4o', baseModel: 'o1' }))).toEqual([
      15, 60,
    ]);
  });

  it('prices a wildcard by the model that was asked', () => {
    const wildcard = { modelName: 'openai/*', providerModel: '*', litellmModel: 'openai/*' };
    expect(perMillion(find(wildcard, { model: 'gpt-4o' }))).toEqual([2.5, 10]);
    expect(perMillion(find(wildcard, { model: 'o1' }))).toEqual([15, 60]);
    const any = { provider: '*', providerModel: '*', litellmModel: '*' };
    expect(perMillion(find(any, { model: 'mistral/mistral-large' }))).toEqual([2, 6]);
    expect(perMillion(find(any, { model: 'gpt-4o' }))).toEqual([2.5, 10]);
  });

  it('asks for whoever answered last, and only where neither name nor base model has a price', () => {
    const azure = { provider: 'azure', providerModel: 'my-deployment' };
    const answeredBy = 'gpt-4o-2024-08-06';
    expect(perMillion(find(azure, { answeredBy }))).toEqual([2.5, 10]);
    expect(perMillion(find({ providerModel: 'o1' }, { answeredBy }))).toEqual([15, 60]);
    expect(find({ ...azure, baseModel: 'unheard-of' }, { answeredBy }).kind).toBe('unknown');
  });

  it.each([
    ['hosted_vllm', null],
    ['ollama', null],
    ['ollama_chat', 'https://example.com'],
    ['lm_studio', null],
    ['openai', 'http://127.0.0.1:8000/v1'],
    ['openai', 'http://localhost:1234'],
    ['openai', 'http://[::1]:8000'],
    ['openai', 'http://[fd00::7]:8000'],
    ['openai', 'http://10.1.2.3'],
    ['openai', 'http://172.16.0.1'],
    ['openai', 'http://192.168.1.5'],
    ['openai', 'http://vllm:8000'],
    ['openai', 'http://vllm.models.svc.cluster.local:8000'],
    ['openai', 'http://host.docker.internal:11434'],
  ])('is free on a server of one’s own: %s at %s', (provider, apiBase) => {
    const found = find({ provider, providerModel: 'my-model', apiBase });
    expect(found).toMatchObject({ kind: 'known', source: 'own-machine' });
    expect(perMillion(found)).toEqual([0, 0]);
  });

  it('is not free there where somebody has set a price', () => {
    const priced = { provider: 'ollama', providerModel: 'llama3', outputCostPerToken: 1 / MILLION };
    expect(perMillion(find(priced))).toEqual([0, 1]);
  });

  it.each([
    ['openai', 'https://example.com', [150, 600]],
    ['openai', 'http://172.32.0.1', [150, 600]],
    ['openai', 'http://11.0.0.1', [150, 600]],
    ['openai', 'https://api.groq.com/openai/v1', [1, 3]],
    ['azure', 'http://127.0.0.1:9', [15, 60]],
    ['anthropic', null, [15, 75]],
    ['nobody-knows', null, [150, 600]],
  ] as const)(
    'estimates %s at %s by the dearest of its provider',
    (provider, apiBase, [input, output]) => {
      const found = find({ provider, providerModel: 'unheard-of', apiBase });
      if (found.kind !== 'unknown') throw new Error('nobody knows its price');
      expect(found.estimate.rates.input * MILLION).toBeGreaterThanOrEqual(input - 1e-9);
      expect(found.estimate.rates.output * MILLION).toBeGreaterThanOrEqual(output - 1e-9);
    },
  );

  it('goes by the hour where a price does', () => {
    const chat = { provider: 'deepseek', providerModel: 'deepseek-chat' };
    const at = (hours: number, minutes: number): readonly [number, number] | null =>
      perMillion(find(chat, { wallMs: Date.UTC(2026, 10, 30, hours, minutes) }));
    expect(at(0, 29)).toEqual([0.135, 0.55]);
    expect(at(0, 30)).toEqual([0.27, 1.1]);
    expect(at(16, 29)).toEqual([0.27, 1.1]);
    expect(at(16, 30)).toEqual([0.135, 0.55]);
  });

  it('goes by the day where a price changed', () => {
    const at = (wallMs: number) => perMillion(find({ providerModel: 'o3' }, { wallMs }));
    expect(at(Date.UTC(2025, 5, 10) - 1)).toEqual([10, 40]);
    expect(at(Date.UTC(2025, 5, 10))).toEqual([2, 8]);
  });

  it('knows the prices of cached tokens and of long prompts', () => {
    const found = find({ provider: 'gemini', providerModel: 'gemini-2.5-pro' });
    if (found.kind !== 'known') throw new Error('it has a price');
    expect(found.price.rates.cacheRead).toBeCloseTo(0.125 / MILLION, 12);
    const [tier] = found.price.tiers;
    expect(tier?.aboveTokens).toBe(200_000);
    expect(tier?.rates).toMatchObject({ input: 2.5 / MILLION, output: 15 / MILLION });
  });

  it('remembers no end of names that clients invent', () => {
    const wildcard = { provider: 'groq', providerModel: '*' };
    const asked = deployment({ id: 'one', apiBase: null, ...wildcard });
    for (let index = 0; index < 3000; index += 1) {
      const question = { model: `invented-${index}`, answeredBy: null, wallMs: NOW };
      expect(findPrice(asked, question).kind).toBe('unknown');
    }
  });
});

describe('findMaxInputTokens', () => {
  it('takes the window of the own list before that of the public one', () => {
    const priceList: PriceList = { 'gpt-4o': { costs: {}, maxInputTokens: 70 } };
    const own = deployment({ id: 'one', priceList });
    expect(findMaxInputTokens(own, 'gpt-4o')).toBe(70);
    expect(findMaxInputTokens(deployment({ id: 'two' }), 'gpt-4o')).toBe(128_000);
    expect(findMaxInputTokens(deployment({ id: 'two' }), 'unheard-of')).toBeNull();
  });
});
