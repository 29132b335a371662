import { setTimeout as delay } from 'node:timers/promises';
import type { AwsCall } from './aws-call';
import type { Peers } from './executor-ports';

/** Rejects after that time. Nobody is kept running by it. Unit: milliseconds. */
export async function expireAfter(delayMs: number): Promise<never> {
  await delay(delayMs, undefined, { ref: false });
  throw new Error(`no answer within ${delayMs / 1000} s`);
}

export interface LambdaPeersInput {
  readonly call: AwsCall;
  /** Name of the executor: the same in each region. */
  readonly executor: string;
  /** Rejects after that time. Unit: milliseconds. */
  readonly expire: (delayMs: number) => Promise<never>;
}

/** A region that is lost does not say so. */
const PATIENCE_MS = 15_000;
/** A step in another region may take as long as one here. */
const STEP_PATIENCE_MS = 240_000;

/** Asks executors of other regions by calling them: the data plane of Lambda, and no network between the regions. */
export function createLambdaPeers(input: LambdaPeersInput): Peers {
  return {
    ask: (region, question) => invoke(input, { region, event: question, patienceMs: PATIENCE_MS }),
  };
}

/** Hands a whole step to the executor of another region. */
export function createForward(
  input: LambdaPeersInput,
): (region: string, event: unknown) => Promise<unknown> {
  return (region, event) => invoke(input, { region, event, patienceMs: STEP_PATIENCE_MS });
}

async function invoke(
  { call, executor, expire }: LambdaPeersInput,
  question: { readonly region: string; readonly event: unknown; readonly patienceMs: number },
): Promise<unknown> {
  const { region, event, patienceMs } = question;
  const answer = await Promise.race([
    call({
      service: 'lambda',
      command: 'Invoke',
      input: { FunctionName: executor, Payload: JSON.stringify(event) },
      region,
    }),
    expire(patienceMs),
  ]);
  const text = Buffer.from((answer['Payload'] as Uint8Array | undefined) ?? []).toString();
  const payload = (text === '' ? null : JSON.parse(text)) as unknown;
  if (answer['FunctionError'] === undefined) return payload;
  throw restoreError(payload);
}

/** The name is kept: the state machine repeats a step by it. */
function restoreError(payload: unknown): Error {
  const { errorType, errorMessage } = (payload ?? {}) as {
    readonly errorType?: string;
    readonly errorMessage?: string;
  };
  const error = new Error(errorMessage ?? 'the executor failed');
  error.name = errorType ?? 'Error';
  return error;
}
