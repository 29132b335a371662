import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { anthropic } from '../../contract/providers/anthropic';
import { converseAs } from '../../contract/providers/bedrock';
import { azure, openai, SECRET } from '../../contract/providers/openai';
import { ANTHROPIC_KEY } from '../../support/vendors/anthropic-server';
import { AWS_KEYS } from '../../support/vendors/bedrock-server';
import type { Vendor } from '../../contract/providers/vendor';
import type { FakeProvider } from '../../support/fake-provider';
import { GatewayProcesses, PROCESS_KEY } from '../../support/gateway-process';
import type { GatewayProcess } from '../../support/gateway-process';

const CONFIG = readFileSync(
  join(__dirname, '../../../examples/config/four-providers.yaml'),
  'utf8',
);
const VENDORS: Readonly<Record<string, Vendor>> = {
  openai,
  azure,
  anthropic,
  bedrock: converseAs('us.anthropic.claude-sonnet-4-20250514-v1:0', 'us-east-1'),
};
const NAMES = Object.keys(VENDORS);
const MODELS = ['gpt-4o', 'claude-sonnet-4'];
const WORDS = ['Hello', ', ', 'Grüße 👋'];

describe('examples/config/four-providers.yaml', () => {
  const processes = new GatewayProcesses();
  let providers: Readonly<Record<string, FakeProvider>> = {};
  let gateway: GatewayProcess;

  beforeAll(() => processes.build());
  afterAll(() => processes.clear());

  beforeEach(async () => {
    const started = NAMES.map(async (name) => [name, await start(name)] as const);
    providers = Object.fromEntries(await Promise.all(started));
    gateway = await processes.start({
      config: CONFIG,
      environment: {
        OPENAI_API_KEY: SECRET,
        OPENAI_BASE_URL: `${providers.openai?.url}/v1`,
        AZURE_API_KEY: SECRET,
        AZURE_API_BASE: providers.azure?.url ?? '',
        ANTHROPIC_API_KEY: ANTHROPIC_KEY,
        ANTHROPIC_API_BASE: providers.anthropic?.url ?? '',
        AWS_BEDROCK_RUNTIME_ENDPOINT: providers.bedrock?.url ?? '',
        AWS_ACCESS_KEY_ID: AWS_KEYS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: AWS_KEYS.secretAccessKey,
      },
    });
  });

  afterEach(async () => {
    gateway.child.kill();
    await Promise.all(Object.values(providers).map((provider) => provider.stop()));
  });

  /** As the client asks for it, in the vendor's own words. */
  function start(name: string): Promise<FakeProvider> {
    const vendor = VENDORS[name];
    if (vendor === undefined) throw new Error(`nobody is called ${name}`);
    return vendor.start((seen) =>
      /"stream":true|converse-stream/.test(seen.path + seen.body)
        ? vendor.stream({ words: WORDS })
        : vendor.answer({ words: WORDS }),
    );
  }

  /** Calls of both models, JSON and streams, eight at a time; who answered how often. Rejects when any call fails. */
  async function callAll(count: number): Promise<Readonly<Record<string, number>>> {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: PROCESS_KEY, maxRetries: 0 });
    const answered: Record<string, number> = {};
    let next = 0;
    const caller = async (): Promise<void> => {
      while (next < count) {
        const at = next;
        next += 1;
        const body = {
          model: MODELS[at % 2] ?? '',
          messages: [{ role: 'user' as const, content: 'Hi' }],
        };
        const { data, response } = await client.chat.completions
          .create({ ...body, stream: at % 4 > 1 })
          .withResponse();
        expect(await readText(data)).toBe(WORDS.join(''));
        const by = response.headers.get('x-litellm-model-id') ?? '';
        answered[by] = (answered[by] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, caller));
    return answered;
  }

  it('asks all four', async () => {
    const answered = await callAll(80);
    expect(Object.keys(answered).sort()).toEqual([...NAMES].sort());
  });

  it.each(NAMES)('answers every call when %s is killed', async (name) => {
    await callAll(20);
    await providers[name]?.stop();
    const answered = await callAll(60);
    expect(answered[name]).toBeUndefined();
    expect(Object.values(answered).reduce((sum, each) => sum + each, 0)).toBe(60);
  });

  it.each(NAMES)('answers every call when only %s is left', async (name) => {
    await callAll(20);
    for (const other of NAMES) if (other !== name) await providers[other]?.stop();
    expect(await callAll(60)).toEqual({ [name]: 60 });
  });
});

async function readText(
  answer: OpenAI.ChatCompletion | AsyncIterable<OpenAI.ChatCompletionChunk>,
): Promise<string> {
  if ('choices' in answer) return answer.choices[0]?.message.content ?? '';
  let text = '';
  for await (const { choices } of answer) text += choices[0]?.delta.content ?? '';
  return text;
}
