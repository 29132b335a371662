import { renderConverseRequest } from '../../../runtime/providers/bedrock/request';
import { renderConverseEvents } from '../../contract/providers/bedrock';
import { startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider, Script } from '../../support/fake-provider';
import { describeWithPackage } from '../../support/lab-tool';
import { renderEventFrame } from '../../support/vendors/event-frame';
import type { BedrockSdk } from './sdk';

const MODEL = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
const HELLO = { role: 'user', content: 'Hello' };
const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } };
const FILE = {
  type: 'file',
  file: { file_data: 'data:application/pdf;base64,QUJD', filename: 'a.pdf' },
};
const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } } };
const TOOL = { type: 'function', function: { name: 'weather', parameters: PARAMETERS } };
const CALL = {
  role: 'assistant',
  content: null,
  thinking_blocks: [
    { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
    { type: 'redacted_thinking', data: 'QUJD' },
  ],
  tool_calls: [
    { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } },
  ],
};
const CACHED = { role: 'system', content: 'Be brief.', cache_control: { type: 'ephemeral' } };

/** Whatever a client may ask of Bedrock, once each. */
const ASKED: readonly (readonly [string, object])[] = [
  ['words alone', { messages: [HELLO] }],
  ['an image and a document', { messages: [{ role: 'user', content: [IMAGE, FILE] }] }],
  [
    'tools, thoughts and a result',
    {
      messages: [CACHED, HELLO, CALL, { role: 'tool', tool_call_id: 'a', content: 'sunny' }],
      tools: [TOOL],
      tool_choice: 'required',
    },
  ],
  [
    'everything that can be set',
    {
      messages: [HELLO],
      max_tokens: 50,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['x'],
      top_k: 5,
      service_tier: 'flex',
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
      performanceConfig: { latency: 'optimized' },
      requestMetadata: { a: 'b' },
    },
  ],
  [
    'a given form',
    {
      messages: [HELLO],
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: PARAMETERS } },
    },
  ],
  ['thoughts', { messages: [HELLO], reasoning_effort: 'low', max_tokens: 9000 }],
];

describeWithPackage('@aws-sdk/client-bedrock-runtime', (load) => {
  const { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } = load(
    '@aws-sdk/client-bedrock-runtime',
  ) as BedrockSdk;
  const { NodeHttpHandler } = load('@smithy/node-http-handler') as {
    readonly NodeHttpHandler: new () => object;
  };
  let script: Script;
  let provider: FakeProvider;
  let client: InstanceType<BedrockSdk['BedrockRuntimeClient']>;

  beforeAll(async () => {
    provider = await startFakeProvider(() => script);
    client = new BedrockRuntimeClient({
      region: 'eu-central-1',
      endpoint: provider.url,
      credentials: { accessKeyId: 'AKIASCRIPTED', secretAccessKey: 'scripted' },
      requestHandler: new NodeHttpHandler(),
    });
  });

  afterAll(async () => {
    client.destroy();
    await provider.stop();
  });

  it.each(ASKED)('asks as the SDK does: %s', async (_name, json) => {
    const request = {
      json: { ...json },
      unsupported: 'refused' as const,
      allowed: new Set<string>(),
    };
    const ours = renderConverseRequest(request, MODEL);
    script = {
      kind: 'json',
      body: { output: { message: { role: 'assistant', content: [] } }, stopReason: 'end_turn' },
    };
    const before = provider.seen.length;
    await client.send(new ConverseCommand({ modelId: MODEL, ...reviveBytes(ours) }));
    const { body, path } = await provider.request(before);
    // The SDK sends what it knows and leaves out the rest: a member that is no part of the API would be missing.
    expect(JSON.parse(body)).toEqual(ours);
    expect(path).toBe(`/model/${encodeURIComponent(MODEL)}/converse`);
  });

  it("reads the scripted events, so that they are AWS's", async () => {
    const events = renderConverseEvents({
      thought: 'Hm… 🤔',
      words: ['Grüße', ' 👋🏽'],
      calls: [{ id: 'a', name: 'weather', args: { city: 'Zürich' } }],
    });
    script = {
      kind: 'stream',
      contentType: 'application/vnd.amazon.eventstream',
      chunks: events.map(([type, payload]) => renderEventFrame(type, payload)),
    };
    const messages = [{ role: 'user', content: [{ text: 'Hi' }] }];
    const { stream } = await client.send(new ConverseStreamCommand({ modelId: 'm', messages }));
    const read: unknown[] = [];
    for await (const event of stream ?? []) read.push(event);
    expect(read).toEqual(events.map(([type, payload]) => ({ [type]: payload })));
  });
});

/** In the SDK bytes are bytes, in JSON base64. */
function reviveBytes(value: object): object {
  return JSON.parse(JSON.stringify(value), (key: string, each: unknown) =>
    (key === 'bytes' || key === 'redactedContent') && typeof each === 'string'
      ? Buffer.from(each, 'base64')
      : each,
  ) as object;
}
