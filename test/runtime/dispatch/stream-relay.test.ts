import fc from 'fast-check';
import type { RunningStream, StreamSink } from '../../../runtime/dispatch/attempt';
import { StreamRelay } from '../../../runtime/dispatch/stream-relay';
import { completionChunks } from '../../support/fake-provider';

const USAGE = { source: 'estimated', promptTokens: 5, completionTokens: 2, kinds: null } as const;

class FakeStream implements RunningStream {
  readonly usage = USAGE;
  sink: StreamSink | null = null;
  readonly steered: string[] = [];

  constructor(readonly usageEvent: RunningStream['usageEvent'] = 'shown') {}

  attach(sink: StreamSink): void {
    this.sink = sink;
  }

  abort(): void {
    this.steered.push('abort');
  }

  pause(): void {
    this.steered.push('pause');
  }

  resume(): void {
    this.steered.push('resume');
  }

  send(text: string): void {
    this.sink?.onChunk(Buffer.from(text));
  }
}

function relayTo(write: (chunk: Buffer) => boolean): {
  readonly stream: FakeStream;
  readonly relay: StreamRelay;
  readonly drain: () => void;
} {
  const stream = new FakeStream();
  let drain = (): void => undefined;
  const relay = new StreamRelay(stream, {
    write,
    onDrain: (listener) => {
      drain = listener;
    },
  });
  return { stream, relay, drain: () => drain() };
}

describe('StreamRelay', () => {
  it('passes on the bytes of a stream, however they are cut', async () => {
    const bytes = Buffer.from(completionChunks(['Gr\u00fc\u00dfe', '\u{1F600}']).join(''));
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(sizes, async (given) => {
        const written: Buffer[] = [];
        const { stream, relay } = relayTo((chunk) => written.push(chunk) > 0);
        let at = 0;
        for (let index = 0; at < bytes.length; index += 1) {
          const size = given[index % given.length] ?? 1;
          stream.sink?.onChunk(bytes.subarray(at, at + size));
          at += size;
        }
        stream.sink?.onEnd();
        expect(Buffer.concat(written).equals(bytes)).toBe(true);
        await expect(relay.result).resolves.toEqual({ kind: 'finished', usage: USAGE });
      }),
    );
  });

  it('holds half a line back, so that a cut stream ends at the end of a line', async () => {
    const written: string[] = [];
    const { stream, relay } = relayTo((chunk) => written.push(chunk.toString()) > 0);
    stream.send('data: one\n\ndata: tw');
    stream.send('o');
    stream.sink?.onCut('connection-lost');
    expect(written).toEqual(['data: one\n\n']);
    await expect(relay.result).resolves.toMatchObject({
      kind: 'cut',
      failure: { kind: 'provider_stream_cut', message: 'the provider closed the connection' },
    });
  });

  it('passes on a line that never ends instead of collecting it', () => {
    let passed = 0;
    const { stream } = relayTo((chunk) => (passed += chunk.length) > 0);
    for (let count = 0; count < 100; count += 1) stream.send('x'.repeat(1024));
    expect(passed).toBeGreaterThan(32 * 1024);
  });

  it('passes on the rest of such a line as it comes, and reads on behind it', () => {
    const written: string[] = [];
    const { stream } = relayTo((chunk) => written.push(chunk.toString()) > 0);
    stream.send(`data: ${'x'.repeat(70_000)}`);
    stream.send('y');
    stream.send('z\n\ndata: ha');
    expect(written.slice(1)).toEqual(['y', 'z\n', '\n']);
  });

  it('pauses the provider once while the client does not read, and resumes it when it does', () => {
    const { stream, drain } = relayTo(() => false);
    stream.send('data: a\n\n');
    stream.send('data: b\n\n');
    expect(stream.steered).toEqual(['pause']);
    drain();
    drain();
    expect(stream.steered).toEqual(['pause', 'resume']);
  });

  it('takes a stream with a finish reason for finished even without [DONE]', async () => {
    const { stream, relay } = relayTo(() => true);
    const [, , finish = ''] = completionChunks(['a', 'b']);
    stream.send(finish);
    stream.sink?.onEnd();
    await expect(relay.result).resolves.toMatchObject({ kind: 'finished' });
  });

  it('ends the provider when it is cancelled', async () => {
    const { stream, relay } = relayTo(() => true);
    relay.cancel();
    expect(stream.steered).toEqual(['abort']);
    await expect(relay.result).resolves.toEqual({ kind: 'cancelled', usage: USAGE });
  });

  it('does not take text of the model that says [DONE] for the end', async () => {
    const { stream, relay } = relayTo(() => true);
    const [first = ''] = completionChunks(['write data: [DONE] at the end']);
    stream.send(first);
    stream.sink?.onEnd();
    await expect(relay.result).resolves.toMatchObject({ kind: 'cut' });
  });

  it('keeps half an event back when the connection ends in the middle of it', async () => {
    const written: string[] = [];
    const { stream, relay } = relayTo((chunk) => written.push(chunk.toString()) > 0);
    stream.send('data: one\n\ndata: {"half":');
    stream.sink?.onEnd();
    expect(written).toEqual(['data: one\n\n']);
    await expect(relay.result).resolves.toMatchObject({
      kind: 'cut',
      failure: { message: 'the provider ended its stream too early' },
    });
  });

  it.each<[string, string]>([
    ['the provider goes on', 'data: more\n\n'],
    ['a [DONE] follows', 'data: [DONE]\n\n'],
  ])('ends at an error event of the provider even if %s', async (_name, rest) => {
    const written: string[] = [];
    const stream = new FakeStream();
    const outlet = {
      write: (chunk: Buffer) => written.push(chunk.toString()) > 0,
      onDrain: () => undefined,
    };
    const relay = new StreamRelay(stream, outlet, { secrets: ['sk-canary'], model: null });
    stream.send('data: one\n\n');
    stream.send('event: error\ndata: {"error":{"message":"no sk-canary left"}}\n\n');
    stream.send(rest);
    expect(written.join('')).toBe('data: one\n\nevent: error\n');
    expect(stream.steered).toEqual(['abort']);
    await expect(relay.result).resolves.toMatchObject({
      kind: 'cut',
      failure: { kind: 'provider_stream_cut', message: 'no [redacted] left' },
    });
  });

  it('passes on an event that only speaks of errors', () => {
    const written: string[] = [];
    const { stream } = relayTo((chunk) => written.push(chunk.toString()) > 0);
    const events = [
      'data: {"choices":[{"delta":{"content":"\\"error\\": 1"}}],"error":null}\n\n',
      'data: {"choices":[],"usage":{"error":{"message":"nested"}}}\n\n',
    ];
    for (const event of events) stream.send(event);
    expect(written).toEqual(events);
  });

  it('copies each byte at most once, however small the pieces of a long line are', () => {
    let passed = 0;
    const { stream, relay } = relayTo((chunk) => (passed += chunk.length) > 0);
    const text = `data: ${'x'.repeat(60_000)}\n\n`;
    for (const character of text) stream.send(character);
    expect(passed).toBe(text.length);
    expect(relay.copied).toBeLessThanOrEqual(text.length);
  });

  it.each([
    ['is finished', (stream: FakeStream) => stream.send('data: [DONE]\n\n')],
    ['is cut', (stream: FakeStream) => stream.sink?.onCut('connection-lost')],
    ['is not read', (stream: FakeStream) => stream.sink?.onCut('paused-too-long')],
    ['fails', (stream: FakeStream) => stream.send('data: {"error":{"message":"no"}}\n\n')],
  ])('tells what was used when the stream %s', async (_name, end) => {
    const { stream, relay } = relayTo(() => true);
    stream.send('data: {}\n\n');
    end(stream);
    stream.sink?.onEnd();
    await expect(relay.result).resolves.toMatchObject({ usage: USAGE });
  });

  it('takes out the usage that only we have asked for', () => {
    const written: string[] = [];
    const stream = new FakeStream('hidden');
    const outlet = {
      write: (chunk: Buffer) => written.push(chunk.toString()) > 0,
      onDrain: () => undefined,
    };
    void new StreamRelay(stream, outlet);
    const [first = '', ...rest] = completionChunks(['a']);
    const usage = 'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}\n\n';
    stream.send(`${first}${usage}`);
    for (const event of rest) stream.send(event);
    expect(written.join('')).toBe(completionChunks(['a']).join(''));
  });

  const [, FINISH = ''] = completionChunks(['a']);

  it.each([
    ['an empty line', FINISH, ''],
    ['an empty line of Windows', FINISH.replaceAll('\n', '\r\n'), ''],
    ['one line end', FINISH.slice(0, -1), '\n'],
    ['no line end', FINISH.trimEnd(), '\n\n'],
  ])('adds the [DONE] that a finished stream lacks, behind %s', async (_name, last, missing) => {
    const written: string[] = [];
    const { stream, relay } = relayTo((chunk) => written.push(chunk.toString()) > 0);
    stream.send(last);
    stream.sink?.onEnd();
    expect(written.join('')).toBe(`${last}${missing}data: [DONE]\n\n`);
    await expect(relay.result).resolves.toMatchObject({ kind: 'finished' });
  });

  it('keeps half a usage back behind the finish reason', async () => {
    const written: string[] = [];
    const { stream, relay } = relayTo((chunk) => written.push(chunk.toString()) > 0);
    stream.send(`${FINISH}data: {"choices":[],"usage":{"prompt`);
    stream.sink?.onEnd();
    expect(written.join('')).toBe(`${FINISH}data: [DONE]\n\n`);
    await expect(relay.result).resolves.toMatchObject({ kind: 'finished' });
  });

  it.each([
    ['data', 'data: {"choices":[]}\n\n'],
    ['a comment', ': bye\n\n'],
    ['an error', 'data: {"error":{"message":"late"}}\n\n'],
    ['another [DONE]', 'data: [DONE]\n\n'],
    ['empty lines', '\n\n\n'],
  ])('drops %s behind the end, however the stream is cut', async (_name, more) => {
    const text = `${FINISH}data: [DONE]\n\n`;
    const bytes = Buffer.from(text + more);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (cut) => {
        let written = '';
        const { stream, relay } = relayTo((chunk) => {
          written += chunk.toString();
          return true;
        });
        stream.sink?.onChunk(bytes.subarray(0, cut));
        stream.sink?.onChunk(bytes.subarray(cut));
        stream.sink?.onEnd();
        expect(written).toBe(text);
        await expect(relay.result).resolves.toMatchObject({ kind: 'finished' });
      }),
    );
  });

  it.each([
    ['falls silent', 'idle-timeout'],
    ['is cut', 'connection-lost'],
    ['was paused for too long', 'paused-too-long'],
  ] as const)('is finished by a [DONE] although the connection then %s', async (_name, kind) => {
    const written: string[] = [];
    const { stream, relay } = relayTo((chunk) => written.push(chunk.toString()) > 0);
    stream.send('data: [DONE]\n');
    stream.sink?.onCut(kind);
    expect(written.join('')).toBe('data: [DONE]\n\n');
    await expect(relay.result).resolves.toMatchObject({ kind: 'finished' });
  });

  it('lets a provider go on that goes on after its end', () => {
    const { stream } = relayTo(() => false);
    stream.send(`${FINISH}data: [DONE]\n\ndata: more\n\n`);
    expect(stream.steered).toEqual(['pause', 'resume']);
  });

  it("keeps the provider's words of an error in the middle", async () => {
    const { stream, relay } = relayTo(() => true);
    stream.send('data: {"error":{"message":"no","type":"a","param":"b","code":"c"}}\n\n');
    await expect(relay.result).resolves.toMatchObject({
      failure: { message: 'no', words: { type: 'a', param: 'b', code: 'c' } },
    });
  });

  it.each(['\n', '\r\n'])(
    "gives the client's name of the model, with lines that end in %j and are cut anywhere",
    (end) => {
      const filler = ['x', '\u00fc', '\u{1F600}'].map((letter) => letter.repeat(30_000));
      const text = [
        ': ping\n\n',
        'event: unknown\ndata: {"model":"gpt-4o-2024-08-06"}\n\n',
        ...completionChunks(['Gr\u00fc\u00dfe', '"model":"gpt-4o-2024-08-06"', ...filler]),
      ]
        .join('')
        .replaceAll('\n', end);
      const expected = text.replaceAll('"model":"gpt-4o-2024-08-06"', '"model":"m\u00fc"');
      const bytes = Buffer.from(text);
      const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.nat(100_000)), {
        minLength: 1,
      });
      fc.assert(
        fc.property(sizes, (given) => {
          const written: Buffer[] = [];
          const stream = new FakeStream();
          const outlet = {
            write: (chunk: Buffer) => written.push(chunk) > 0,
            onDrain: () => undefined,
          };
          void new StreamRelay(stream, outlet, { secrets: [], model: 'm\u00fc' });
          let at = 0;
          for (let index = 0; at < bytes.length; index += 1) {
            const size = Math.max(1, given[index % given.length] ?? 1);
            stream.sink?.onChunk(bytes.subarray(at, at + size));
            at += size;
          }
          stream.sink?.onEnd();
          expect(Buffer.concat(written).toString()).toBe(expected);
        }),
        { numRuns: 60 },
      );
    },
  );
});
