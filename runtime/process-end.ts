import type { Cancel, Clock } from './ports';
import type { Redactor } from './redact';

/** A gateway as whoever ends its process sees it. */
export interface EndingGateway {
  /** Longest time that `stop` takes. Unit: milliseconds. */
  readonly stopBoundMs: number;
  recordFault(): void;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

type ProcessEvent = 'SIGTERM' | 'SIGINT' | 'uncaughtException' | 'unhandledRejection';

/** The process, as far as it tells when to end. */
export interface EventfulProcess {
  on(event: ProcessEvent, listener: (reason: unknown) => void): unknown;
  off(event: ProcessEvent, listener: (reason: unknown) => void): unknown;
}

export interface ProcessEndParts {
  readonly process: EventfulProcess;
  readonly clock: Pick<Clock, 'after'>;
  readonly writeLog: (lines: string) => void;
  readonly redactor: Pick<Redactor, 'text'>;
}

const EXIT = { drained: 0, failed: 1 } as const;
/** What throws once may throw with every request; the first few tell all. */
const MOST_LOGGED = 10;

/**
 * Resolves to the exit code, when the process shall end. The first signal drains, a second one hurries. An error that nobody
 * caught leaves the process in doubt, but most calls it serves are sound: they get the time of a drain, and no new ones
 * come. Whoever watches the process starts another one.
 */
export function waitForEnd(gateway: EndingGateway, parts: ProcessEndParts): Promise<number> {
  return new Promise((resolve) => {
    let exitCode: number = EXIT.drained;
    let state: 'serving' | 'draining' | 'hurrying' = 'serving';
    let faults = 0;
    let cancelBound: Cancel = () => undefined;
    const finish = (code: number): void => {
      cancelBound();
      for (const [event, listener] of listeners) parts.process.off(event, listener);
      resolve(code);
    };
    const drain = (): void => {
      state = 'draining';
      // A process in doubt may never finish its drain.
      cancelBound = parts.clock.after(gateway.stopBoundMs, () => finish(EXIT.failed));
      gateway.stop().then(
        () => state === 'draining' && finish(exitCode),
        (error: unknown) => {
          logFault('stop', error, parts);
          finish(EXIT.failed);
        },
      );
    };
    const hurry = (): void => {
      state = 'hurrying';
      gateway.kill().then(
        () => finish(EXIT.failed),
        () => finish(EXIT.failed),
      );
    };
    const onSignal = (): void => {
      if (state === 'serving') drain();
      else if (state === 'draining') hurry();
    };
    const onFault = (kind: 'exception' | 'rejection', reason: unknown): void => {
      faults += 1;
      exitCode = EXIT.failed;
      gateway.recordFault();
      if (faults <= MOST_LOGGED) logFault(kind, reason, parts);
      if (state === 'serving') drain();
    };
    const listeners: readonly (readonly [ProcessEvent, (reason: unknown) => void])[] = [
      ['SIGTERM', onSignal],
      ['SIGINT', onSignal],
      ['uncaughtException', (reason) => onFault('exception', reason)],
      ['unhandledRejection', (reason) => onFault('rejection', reason)],
    ];
    for (const [event, listener] of listeners) parts.process.on(event, listener);
  });
}

/**
 * What is secret by its looks, and whose nobody here knows: keys of clients, tokens of headers, passwords in addresses of what an
 * error speaks of.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\bsk-[\w-]{4,}/g, 'sk-[redacted]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, '$1:[redacted]@'],
];

function strikeShapes(text: string): string {
  return SHAPES.reduce((rest, [shape, by]) => rest.replace(shape, by), text);
}

function logFault(
  uncaught: 'exception' | 'rejection' | 'stop',
  reason: unknown,
  { writeLog, redactor }: ProcessEndParts,
): void {
  const error = strikeShapes(redactor.text(describeReason(reason)));
  writeLog(`${JSON.stringify({ uncaught, error, action: 'drain and exit' })}\n`);
}

function describeReason(reason: unknown): string {
  if (typeof reason !== 'object' || reason === null) return 'a value that is no error was thrown';
  const { stack, message } = reason as { readonly stack?: unknown; readonly message?: unknown };
  if (typeof stack === 'string' && stack !== '') return stack;
  return typeof message === 'string' ? message : 'an object that is no error was thrown';
}
