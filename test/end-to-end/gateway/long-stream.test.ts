import { renderEvent, renderMessageEvents } from '../../contract/providers/anthropic';
import { startFakeProvider } from '../../support/fake-provider';
import { GatewayProcesses, PROCESS_KEY } from '../../support/gateway-process';

const HEAP_MIB = 256;
const WORD = 'a few words of an answer that takes long, ';
const WORDS = 250_000;
const EVENTS_A_CHUNK = 500;

describe('a gateway with little memory', () => {
  const processes = new GatewayProcesses();

  beforeAll(() => processes.build());
  afterAll(() => processes.clear());

  it('translates a stream of ten megabytes as it comes', async () => {
    const events = renderMessageEvents({ words: Array.from({ length: WORDS }, () => WORD) });
    const chunks: string[] = [];
    for (let at = 0; at < events.length; at += EVENTS_A_CHUNK) {
      chunks.push(
        events
          .slice(at, at + EVENTS_A_CHUNK)
          .map(renderEvent)
          .join(''),
      );
    }
    const provider = await startFakeProvider(() => ({ kind: 'stream', chunks }));
    const gateway = await processes.start({
      config: [
        'model_list:',
        '  - model_name: claude',
        '    litellm_params:',
        '      model: anthropic/claude-sonnet-4-20250514',
        '      api_key: sk-ant',
        `      api_base: ${provider.url}`,
      ].join('\n'),
      environment: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` },
    });
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${PROCESS_KEY}` },
      body: JSON.stringify({
        model: 'claude',
        messages: [{ role: 'user', content: 'Hi' }],
        stream: true,
      }),
    });
    let words = 0;
    let rest = '';
    for await (const bytes of response.body ?? []) {
      const text = rest + Buffer.from(bytes as Uint8Array).toString('utf8');
      const lines = text.split('\n\n');
      rest = lines.pop() ?? '';
      words += lines.filter((line) => line.includes(WORD)).length;
      if (lines.includes('data: [DONE]')) rest = 'done';
    }
    expect([words, rest]).toEqual([WORDS, 'done']);
    expect(gateway.child.exitCode).toBeNull();
    await provider.stop();
  }, 60_000);
});
