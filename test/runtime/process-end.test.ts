import { EventEmitter } from 'node:events';
import { Redactor } from '../../runtime/redact';
import { waitForEnd } from '../../runtime/process-end';
import { ManualClock } from '../support/manual-clock';

/** Something that resolves when the test says so. */
function gate(): { readonly promise: Promise<void>; open: () => void; fail: (e: Error) => void } {
  let open: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

describe('waitForEnd', () => {
  const process = new EventEmitter();
  let clock: ManualClock;
  let lines: string[];
  let calls: string[];
  let stopped: ReturnType<typeof gate>;
  let killed: ReturnType<typeof gate>;
  let exitCode: Promise<number>;

  beforeEach(() => {
    process.removeAllListeners();
    clock = new ManualClock();
    lines = [];
    calls = [];
    stopped = gate();
    killed = gate();
    const note = (name: string, result: Promise<void>) => (): Promise<void> => {
      calls.push(name);
      return result;
    };
    exitCode = waitForEnd(
      {
        stopBoundMs: 30_000,
        recordFault: () => calls.push('fault'),
        stop: note('stop', stopped.promise),
        kill: note('kill', killed.promise),
      },
      {
        process,
        clock,
        writeLog: (line) => lines.push(line),
        redactor: new Redactor(['hunter2-canary']),
      },
    );
  });

  it.each(['SIGTERM', 'SIGINT'])('drains on %s, and ends with 0', async (signal) => {
    process.emit(signal);
    stopped.open();
    expect(await exitCode).toBe(0);
    expect(calls).toEqual(['stop']);
    expect(process.eventNames()).toEqual([]);
  });

  it('hurries on the second signal, once, and ends with 1 although the drain ends as well', async () => {
    process.emit('SIGTERM');
    process.emit('SIGTERM');
    process.emit('SIGTERM');
    stopped.open();
    await stopped.promise;
    killed.open();
    expect(await exitCode).toBe(1);
    expect(calls).toEqual(['stop', 'kill']);
  });

  it.each(['uncaughtException', 'unhandledRejection'])(
    'counts and tells an %s, drains, and ends with 1',
    async (event) => {
      const error = new Error(
        'hunter2-canary of sk-canary-0001, Bearer abc.def and redis://:word@cache',
      );
      process.emit(event, error);
      expect(calls).toEqual(['fault', 'stop']);
      stopped.open();
      expect(await exitCode).toBe(1);
      const [line = ''] = lines;
      const told = JSON.parse(line) as Readonly<Record<string, string>>;
      expect(told).toMatchObject({
        uncaught: event === 'uncaughtException' ? 'exception' : 'rejection',
        action: 'drain and exit',
      });
      expect(told['error']?.split('\n')[0]).toBe(
        'Error: [redacted] of sk-[redacted], Bearer [redacted] and redis://:[redacted]@cache',
      );
      expect(told['error']).toContain('\n    at ');
    },
  );

  it('goes on draining while more is thrown, and tells the first ten', async () => {
    for (let count = 0; count < 25; count += 1) process.emit('uncaughtException', new Error('x'));
    stopped.open();
    expect(await exitCode).toBe(1);
    expect(calls.filter((call) => call === 'fault')).toHaveLength(25);
    expect(calls.filter((call) => call === 'stop')).toHaveLength(1);
    expect(lines).toHaveLength(10);
  });

  it('ends with 1 where something is thrown during the drain of a signal', async () => {
    process.emit('SIGTERM');
    process.emit('unhandledRejection', 'no error');
    stopped.open();
    expect(await exitCode).toBe(1);
    expect(lines).toEqual([
      '{"uncaught":"rejection","error":"a value that is no error was thrown","action":"drain and exit"}\n',
    ]);
  });

  it('ends at the bound of the drain, also where the drain never does', async () => {
    process.emit('uncaughtException', new Error('x'));
    clock.advance(30_000);
    expect(await exitCode).toBe(1);
  });

  it('ends with 1 where the drain fails', async () => {
    process.emit('SIGTERM');
    stopped.fail(new Error('no'));
    expect(await exitCode).toBe(1);
    expect(lines.join('')).toContain('"uncaught":"stop","error":"Error: no');
  });
});
