import {
  completion,
  completionChunks,
  shownChunks,
  startFakeProvider,
} from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import {
  ADMINISTRATOR,
  aModel,
  CALL_COST,
  createDataFolder,
  PRICE,
  startStateGateway,
  until,
} from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

interface LogRow {
  readonly request_id: string;
  readonly spend: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly status: string;
  readonly cache_hit: string;
  readonly api_key: string;
  readonly startTime: string;
  readonly completionStartTime: string | null;
  readonly endTime: string;
}

const WORDS = completionChunks(['one ', 'two ', 'three']);
const [FIRST = '', SECOND = '', THIRD = ''] = WORDS;
const USAGE = `data: ${JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  choices: [],
  usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
})}\n\n`;

/** By the `user` of the request. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  json: { kind: 'json', body: completion('Hi') },
  told: { kind: 'stream', chunks: [...WORDS.slice(0, -1), USAGE, 'data: [DONE]\n\n'] },
  untold: { kind: 'stream', chunks: WORDS },
  endless: { kind: 'stream', chunks: [FIRST, SECOND, THIRD], end: 'hang' },
  slow: { kind: 'stream', chunks: WORDS, gapMs: 30 },
  cut: { kind: 'stream', chunks: [FIRST, SECOND, THIRD], gapMs: 20, end: 'reset' },
  failed: { kind: 'json', status: 500, body: { error: { message: 'lost it' } } },
};

describe('the ledger', () => {
  const folder = createDataFolder();
  let provider: FakeProvider;
  let gateway: StateGateway;
  let secret: string;
  let keyId: string;

  const start = (): Promise<StateGateway> =>
    startStateGateway([aModel(provider.url)], folder, {
      sections: { router_settings: { num_retries: 0 } },
    });

  beforeAll(async () => {
    provider = await startFakeProvider(({ body }) => {
      const { user } = JSON.parse(body) as { readonly user: string };
      return SCRIPTS[user] ?? { kind: 'reset' };
    });
    gateway = await start();
    ({ secret, id: keyId } = await gateway.createKey({ key_alias: 'payer' }));
  });

  afterAll(async () => {
    await gateway.kill();
    await provider.stop();
  });

  function call(user: keyof typeof SCRIPTS, callId: string, body: object = {}): Promise<Response> {
    return gateway.chat(secret, { user, ...body }, { 'x-litellm-call-id': callId });
  }

  async function readLogs(query: string): Promise<readonly LogRow[]> {
    return (await gateway.administer(`GET /spend/logs?${query}`)) as unknown as readonly LogRow[];
  }

  async function rowOf(callId: string): Promise<LogRow | undefined> {
    const rows = await until(
      () => readLogs(`request_id=${callId}`),
      ({ length }) => length > 0,
    );
    expect(rows).toHaveLength(1);
    return rows[0];
  }

  /** Amounts of whole micro-dollars: sums of floating point would be off by dust. */
  const priceOf = ({ prompt_tokens: prompt, completion_tokens: answer }: LogRow): number =>
    Math.round(1e6 * (prompt * PRICE.input_cost_per_token + answer * PRICE.output_cost_per_token)) /
    1e6;

  it('prices a document by what its provider tells, and says so in a header', async () => {
    const response = await call('json', 'call-json');
    expect(response.headers.get('x-litellm-response-cost')).toBe(String(CALL_COST));
    expect(await rowOf('call-json')).toMatchObject({
      api_key: keyId,
      spend: CALL_COST,
      prompt_tokens: 7,
      completion_tokens: 3,
      total_tokens: 10,
      model_group: 'gpt-4o',
      model_id: 'gpt-4o-1',
      custom_llm_provider: 'openai',
      end_user: 'json',
      status: 'success',
      cache_hit: 'False',
    });
  });

  it('prices a stream by the usage that it asks for, which the client does not see', async () => {
    const text = await (await call('told', 'call-told', { stream: true })).text();
    expect(text).toBe(shownChunks(WORDS));
    expect(await rowOf('call-told')).toMatchObject({ spend: CALL_COST, status: 'success' });
  });

  it('prices a stream that tells no usage by what came', async () => {
    await (await call('untold', 'call-untold', { stream: true })).text();
    const row = await rowOf('call-untold');
    // Three words and the reason of the end.
    expect(row).toMatchObject({ completion_tokens: 4, status: 'success' });
    expect(row?.prompt_tokens).toBeGreaterThan(0);
    expect(row?.spend).toBe(row === undefined ? null : priceOf(row));
  });

  it('says when the answer began, and nothing of one that never came', async () => {
    await (await call('slow', 'call-slow', { stream: true })).text();
    const { startTime, completionStartTime, endTime } = (await rowOf('call-slow')) ?? {};
    const began = Date.parse(completionStartTime ?? '');
    expect(began).toBeGreaterThanOrEqual(Date.parse(startTime ?? ''));
    // The other words and the end of the stream came later.
    expect(Date.parse(endTime ?? '') - began).toBeGreaterThanOrEqual(30);
    await call('failed', 'call-unanswered');
    expect(await rowOf('call-unanswered')).toMatchObject({ completionStartTime: null });
  });

  it('prices what was produced until the client left', async () => {
    const response = await call('endless', 'call-left', { stream: true });
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('three')) {
      const { value } = (await reader?.read()) ?? {};
      text += Buffer.from(value ?? []).toString();
    }
    await reader?.cancel();
    const row = await rowOf('call-left');
    expect(row).toMatchObject({ completion_tokens: 4, status: 'failure' });
    expect(row?.spend).toBe(row === undefined ? null : priceOf(row));
  });

  it('prices what was produced until the provider cut its stream', async () => {
    const text = await (await call('cut', 'call-cut', { stream: true })).text();
    expect(text).toContain('"gateway_code":"provider_stream_cut"');
    const row = await rowOf('call-cut');
    expect(row).toMatchObject({ completion_tokens: 4, status: 'failure' });
    expect(row?.spend).toBe(row === undefined ? null : priceOf(row));
  });

  it('holds calls that failed, which cost nothing', async () => {
    const response = await call('failed', 'call-failed');
    expect(response.status).toBe(500);
    expect(response.headers.get('x-litellm-response-cost')).toBeNull();
    expect(await rowOf('call-failed')).toMatchObject({ spend: 0, status: 'failure' });
  });

  it('holds nothing of a call that asked nobody', async () => {
    const unknown = await call('json', 'call-nobody', { model: 'absent' });
    expect(unknown.status).toBe(400);
    await call('json', 'call-after');
    await rowOf('call-after');
    expect(await readLogs('request_id=call-nobody')).toEqual([]);
  });

  it('adds up to the same sum wherever it is asked', async () => {
    await gateway.chat(ADMINISTRATOR, { user: 'json' }, { 'x-litellm-call-id': 'call-master' });
    await rowOf('call-master');
    const rows = await readLogs('page_size=1000');
    const sum = (all: readonly LogRow[]): number =>
      all.reduce((total, { spend }) => total + Math.round(spend * 1e6), 0) / 1e6;
    const ofKey = sum(rows.filter((row) => row.api_key === keyId));
    expect(sum(rows)).toBe(Math.round((ofKey + CALL_COST) * 1e6) / 1e6);
    expect(await gateway.administer('GET /global/spend')).toMatchObject({ spend: sum(rows) });
    expect(await gateway.administer('GET /spend/keys')).toMatchObject([
      { token: keyId, key_alias: 'payer', spend: ofKey },
    ]);
    const { info } = await gateway.administer(`GET /key/info?key=${keyId}`);
    expect(info).toMatchObject({ spend: ofKey });
    const today = new Date().toISOString().slice(0, 10);
    const days = await gateway.administer(`GET /global/spend/logs?start_date=${today}`);
    expect(days).toMatchObject([{ spend: sum(rows) }]);
  });

  it('keeps what a killed process had not stored, and stores it once', async () => {
    const rows = await readLogs('page_size=1000');
    await (await call('json', 'call-before-kill')).text();
    await gateway.kill();
    gateway = await start();
    expect(await rowOf('call-before-kill')).toMatchObject({ spend: CALL_COST });
    expect(await readLogs('page_size=1000')).toHaveLength(rows.length + 1);
  });

  it('stores everything before an orderly end', async () => {
    await (await call('json', 'call-before-stop')).text();
    await gateway.stop();
    gateway = await start();
    expect(await readLogs('request_id=call-before-stop')).toHaveLength(1);
  });
});
