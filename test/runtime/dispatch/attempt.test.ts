import { ByteBudget } from '../../../runtime/admission/byte-budget';
import { Attempt } from '../../../runtime/dispatch/attempt';
import type { AttemptResult } from '../../../runtime/dispatch/attempt';
import type { Upstream, UpstreamHandler, UpstreamLimits, Memory } from '../../../runtime/ports';
import { completionChunks } from '../../support/fake-provider';
import { ENDLESS_MEMORY } from '../../support/endless-memory';
import { ManualClock } from '../../support/manual-clock';

const USAGE = { source: 'told', promptTokens: 1, completionTokens: 2, kinds: null } as const;
const LIMITS: UpstreamLimits = {
  connectMs: 5000,
  firstByteMs: 1000,
  idleMs: 400,
  contentMs: 3000,
  totalMs: 60_000,
  pausedMs: 60_000,
};

/** An attempt with the network in the hands of the test. */
function attempt(
  delivery: 'json' | 'stream',
  memory: Memory = ENDLESS_MEMORY,
): {
  readonly clock: ManualClock;
  readonly handler: UpstreamHandler;
  readonly result: Promise<AttemptResult>;
  readonly aborted: () => number;
  readonly cancel: () => void;
} {
  const clock = new ManualClock();
  let handler: UpstreamHandler | null = null;
  let aborts = 0;
  const upstream: Upstream = {
    send: (_request, _limits, given) => {
      handler = given;
      const abort = (): void => void (aborts += 1);
      return { reached: 'provider', abort, pause: () => undefined, resume: () => undefined };
    },
    stop: () => Promise.resolve(),
  };
  const request = { origin: 'http://x', path: '/', headers: [], body: Buffer.alloc(0) };
  const started = new Attempt(upstream, clock, {
    delivery,
    request,
    limits: LIMITS,
    secrets: [],
    meter: { usage: USAGE },
    usageEvent: 'shown',
    memory,
  });
  if (handler === null) throw new Error('nothing was sent');
  return {
    clock,
    handler,
    result: started.result,
    aborted: () => aborts,
    cancel: () => started.cancel(),
  };
}

function say(handler: UpstreamHandler, text: string): void {
  handler.onData(Buffer.from(text));
}

describe('Attempt', () => {
  it('counts what it collects until the answer is whole', async () => {
    const memory = new ByteBudget(1024 * 1024);
    const { handler, result } = attempt('json', memory);
    handler.onHead(200, {});
    say(handler, '{"choices":');
    expect(memory.heldBytes).toBe(11);
    say(handler, '[{}]}');
    expect(memory.heldBytes).toBe(16);
    handler.onEnd();
    await result;
    expect(memory.heldBytes).toBe(0);
  });

  it('counts nothing any more of an answer that breaks off, or is given up', async () => {
    for (const end of ['onError', 'cancel'] as const) {
      const memory = new ByteBudget(1024 * 1024);
      const { handler, result, cancel } = attempt('json', memory);
      handler.onHead(200, {});
      say(handler, '{"choices":');
      if (end === 'onError') handler.onError('connection-lost', '');
      else cancel();
      await result;
      expect(memory.heldBytes).toBe(0);
    }
  });

  it('gives an answer up for which there is no memory', async () => {
    const memory = new ByteBudget(400);
    memory.take('key', 50);
    const { handler, result, aborted } = attempt('json', memory);
    handler.onHead(200, {});
    say(handler, 'x'.repeat(50));
    say(handler, 'x');
    expect(await result).toMatchObject({
      kind: 'failed',
      failure: { message: 'this gateway has no memory left to collect the answer' },
    });
    expect([aborted(), memory.heldBytes]).toEqual([1, 50]);
  });

  it('counts what a translation keeps, and gives an answer up for which that is too much', async () => {
    const memory = new ByteBudget(400);
    memory.take('key', 50);
    const { handler, result, aborted } = attempt('json', memory);
    handler.onHead(200, {});
    handler.onKept?.(50);
    expect(memory.heldBytes).toBe(100);
    handler.onKept?.(1);
    expect(await result).toMatchObject({
      failure: { message: 'this gateway has no memory left to collect the answer' },
    });
    expect([aborted(), memory.heldBytes]).toEqual([1, 50]);
  });

  it('fails on time when comments come instead of a first event', async () => {
    const { clock, handler, result, aborted } = attempt('stream');
    handler.onHead(200, {});
    clock.advance(900);
    say(handler, ': ping\n\n');
    clock.advance(99);
    expect(aborted()).toBe(0);
    clock.advance(1);
    expect(aborted()).toBe(1);
    await expect(result).resolves.toMatchObject({
      kind: 'failed',
      failure: { kind: 'provider_timeout', message: 'the provider did not answer in time' },
    });
  });

  it('fails on time with what it has when an error answer does not end', async () => {
    const { clock, handler, result } = attempt('json');
    handler.onHead(503, {});
    say(handler, '{"error":{"message":"down"}');
    clock.advance(1000);
    await expect(result).resolves.toMatchObject({
      kind: 'failed',
      failure: { kind: 'provider_unavailable', status: 503 },
    });
  });

  it('leaves no timer behind', async () => {
    const { clock, handler, result } = attempt('stream');
    handler.onHead(200, {});
    say(handler, ': ping\n\n');
    say(handler, completionChunks(['Hi']).join(''));
    await expect(result).resolves.toMatchObject({ kind: 'streaming' });
    expect(clock.waiting).toBe(0);
  });

  it('cuts a stream that sends comments and no content, but not one that sends a little', async () => {
    const { clock, handler, result, aborted } = attempt('stream');
    handler.onHead(200, {});
    const [event = ''] = completionChunks(['Hi']);
    say(handler, event);
    const settled = await result;
    if (settled.kind !== 'streaming') throw new Error('no stream');
    const heard: string[] = [];
    settled.stream.attach({
      onChunk: (chunk) => heard.push(chunk.toString()),
      onEnd: () => heard.push('end'),
      onCut: (kind) => heard.push(kind),
    });
    clock.advance(2900);
    say(handler, event);
    clock.advance(2900);
    say(handler, ': ping\n\n');
    expect(aborted()).toBe(0);
    clock.advance(200);
    say(handler, ': ping\n\n');
    expect(aborted()).toBe(1);
    expect(heard).toEqual([event, event, ': ping\n\n', 'content-timeout']);
  });

  const ROLE = `data: ${JSON.stringify({ choices: [{ delta: { role: 'assistant', content: '' } }] })}\n\n`;

  it.each<[string, (handler: UpstreamHandler) => void, string]>([
    [
      'is reset',
      (handler) => handler.onError('connection-lost', 'ECONNRESET'),
      'the provider closed the connection',
    ],
    [
      'falls silent',
      (handler) => handler.onError('idle-timeout', 'idle-timeout'),
      'the provider fell silent during its answer',
    ],
    ['ends', (handler) => handler.onEnd(), 'the provider ended its stream without an answer'],
    [
      'says that it is over',
      (handler) => say(handler, 'data: [DONE]\n\n'),
      'the provider ended its stream without an answer',
    ],
    ['fails', (handler) => say(handler, 'data: {"error":{"message":"no"}}\n\n'), 'no'],
  ])('fails with what it received when a stream %s after its role', async (_name, end, message) => {
    const { handler, result } = attempt('stream');
    handler.onHead(200, {});
    say(handler, ROLE);
    end(handler);
    await expect(result).resolves.toMatchObject({
      kind: 'failed',
      failure: { message },
      received: USAGE,
    });
  });

  it('passes on the role with the first text', async () => {
    const { clock, handler, result } = attempt('stream');
    handler.onHead(200, {});
    say(handler, ROLE);
    clock.advance(LIMITS.firstByteMs + 1);
    const [text = ''] = completionChunks(['Hi']);
    say(handler, text.slice(0, 20));
    say(handler, text.slice(20));
    const settled = await result;
    if (settled.kind !== 'streaming') throw new Error('no stream');
    let heard = '';
    settled.stream.attach({
      onChunk: (chunk) => void (heard += chunk.toString()),
      onEnd: () => undefined,
      onCut: () => undefined,
    });
    expect(heard).toBe(ROLE + text);
    expect(clock.waiting).toBe(0);
  });

  it('says nothing of a usage where no answer had begun', async () => {
    const { handler, result } = attempt('json');
    handler.onHead(500, {});
    say(handler, '{"error":{"message":"no"}}');
    handler.onEnd();
    expect(await result).not.toHaveProperty('received');
  });
});
