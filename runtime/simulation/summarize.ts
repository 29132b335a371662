import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { selectCalls, type CallHistory } from './select-calls';
import type { AttemptEnded, AttemptStarted, Trace, TraceEvent } from './trace';

export interface Summary {
  readonly requests: number;
  readonly successes: number;
  /** Answered with an error. */
  readonly failed: number;
  /** Ended in the middle of their answer. */
  readonly cut: number;
  /** Left by their client. */
  readonly abandoned: number;
  /** Of the requests whose client stayed, 0–1. */
  readonly successRate: number;
  readonly attempts: number;
  readonly attemptsPerRequest: number;
  readonly retries: number;
  readonly fallbacks: number;
  readonly cost: Cost;
  /** Wait for the first token, of streams. Unit: milliseconds. */
  readonly firstTokenMs: Quantiles;
  /** Wait for the whole answer, of all successes. Unit: milliseconds. */
  readonly totalMs: Quantiles;
  readonly deployments: readonly DeploymentSummary[];
  readonly buckets: readonly Bucket[];
}

export interface Cost {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of these, tokens of answers that no client got whole. */
  readonly wastedTokens: number;
  /** By `input_cost_per_token` and `output_cost_per_token`; null unless every deployment has both. Unit: US dollars. */
  readonly dollars: number | null;
}

/** Null where there is nothing to rank. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface DeploymentSummary {
  readonly id: string;
  readonly label: string;
  readonly attempts: number;
  /** Of all attempts, 0–1. */
  readonly share: number;
  readonly answered: number;
  readonly rests: number;
}

/** One slice of time. Requests belong to the slice they came in. */
export interface Bucket {
  readonly fromSeconds: number;
  readonly requests: number;
  readonly successRate: number | null;
  readonly p95Ms: number | null;
  /** Attempts by deployment, in the order of `deployments`. */
  readonly attempts: readonly number[];
}

const BUCKETS = 40;

export function summarize(trace: Trace, deployments: readonly DeploymentConfig[]): Summary {
  const calls = selectCalls(trace);
  const attempts = trace.filter(isAttempt);
  const count = (outcome: string) => calls.filter((call) => call.end?.outcome === outcome).length;
  const successes = count('success');
  const stayed = calls.length - count('abandoned');
  return {
    requests: calls.length,
    successes,
    failed: count('failed'),
    cut: count('cut'),
    abandoned: count('abandoned'),
    successRate: stayed === 0 ? 1 : successes / stayed,
    attempts: attempts.length,
    attemptsPerRequest: calls.length === 0 ? 0 : attempts.length / calls.length,
    retries: attempts.filter(({ cause }) => cause === 'retry').length,
    fallbacks: attempts.filter(({ cause }) => cause === 'fallback').length,
    cost: sumCost(trace, calls, deployments),
    firstTokenMs: rankQuantiles(calls.flatMap(selectFirstTokenMs)),
    totalMs: rankQuantiles(calls.flatMap(selectTotalMs)),
    deployments: deployments.map((deployment) => ({
      id: deployment.id,
      label: describeDeployment(deployment),
      ...countDeployment(trace, deployment.id, attempts.length),
    })),
    buckets: sumBuckets(trace, calls, deployments),
  };
}

/** An id that is a hash says nothing to a reader. */
export function describeDeployment({ id, litellmModel }: DeploymentConfig): string {
  return /^[0-9a-f]{16,}$/.test(id) ? `${litellmModel} ${id.slice(0, 6)}` : id;
}

export function rankQuantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

type Attempt = Extract<TraceEvent, AttemptStarted>;
type Outcome = Extract<TraceEvent, AttemptEnded>;

const isAttempt = (event: TraceEvent): event is Attempt => event.kind === 'attempt';
const isOutcome = (event: TraceEvent): event is Outcome => event.kind === 'outcome';

function selectFirstTokenMs({ arrive, commits }: CallHistory): readonly number[] {
  const first = commits[0];
  return arrive.delivery === 'stream' && first !== undefined ? [first.atMs - arrive.atMs] : [];
}

function selectTotalMs({ arrive, end }: CallHistory): readonly number[] {
  return end?.outcome === 'success' ? [end.atMs - arrive.atMs] : [];
}

function countDeployment(
  trace: Trace,
  id: string,
  allAttempts: number,
): Pick<DeploymentSummary, 'attempts' | 'share' | 'answered' | 'rests'> {
  let [attempts, answered, rests] = [0, 0, 0];
  for (const event of trace) {
    if (!('deployment' in event) || event.deployment !== id) continue;
    if (event.kind === 'attempt') attempts += 1;
    if (event.kind === 'rest') rests += 1;
    if (event.kind === 'end' && event.outcome === 'success') answered += 1;
  }
  return { attempts, answered, rests, share: allAttempts === 0 ? 0 : attempts / allAttempts };
}

function sumCost(
  trace: Trace,
  calls: readonly CallHistory[],
  deployments: readonly DeploymentConfig[],
): Cost {
  const prices = new Map(deployments.map((deployment) => [deployment.id, selectPrice(deployment)]));
  let [promptTokens, completionTokens] = [0, 0];
  let dollars: number | null = 0;
  for (const outcome of trace.filter(isOutcome)) {
    promptTokens += outcome.promptTokens;
    completionTokens += outcome.completionTokens;
    const price = prices.get(outcome.deployment) ?? null;
    if (price === null) dollars = null;
    if (price === null || dollars === null) continue;
    dollars += price.input * outcome.promptTokens + price.output * outcome.completionTokens;
  }
  const delivered = calls
    .filter(({ end }) => end?.outcome === 'success')
    .reduce((sum, { end }) => sum + (end?.promptTokens ?? 0) + (end?.completionTokens ?? 0), 0);
  const wastedTokens = promptTokens + completionTokens - delivered;
  return { promptTokens, completionTokens, wastedTokens, dollars };
}

function selectPrice({
  inputCostPerToken: input,
  outputCostPerToken: output,
}: DeploymentConfig): { readonly input: number; readonly output: number } | null {
  return input === null || output === null ? null : { input, output };
}

function sumBuckets(
  trace: Trace,
  calls: readonly CallHistory[],
  deployments: readonly DeploymentConfig[],
): readonly Bucket[] {
  const lastMs = calls.reduce((last, { arrive }) => Math.max(last, arrive.atMs), 0);
  const widthMs = Math.max(1000, Math.ceil(lastMs / BUCKETS / 1000) * 1000);
  const slice = (atMs: number) => Math.floor(atMs / widthMs);
  const places = new Map(deployments.map(({ id }, index) => [id, index]));
  const slices = Array.from({ length: slice(lastMs) + 1 }, () => ({
    calls: [] as CallHistory[],
    attempts: deployments.map(() => 0),
  }));
  for (const call of calls) slices[slice(call.arrive.atMs)]?.calls.push(call);
  for (const { atMs, deployment } of trace.filter(isAttempt)) {
    const attempts = slices[slice(atMs)]?.attempts;
    const place = places.get(deployment);
    if (attempts !== undefined && place !== undefined) attempts[place] = (attempts[place] ?? 0) + 1;
  }
  return slices.map((part, index) => {
    const stayed = part.calls.filter(({ end }) => end?.outcome !== 'abandoned');
    const successes = stayed.filter(({ end }) => end?.outcome === 'success');
    return {
      fromSeconds: (index * widthMs) / 1000,
      requests: part.calls.length,
      successRate: stayed.length === 0 ? null : successes.length / stayed.length,
      p95Ms: rankQuantiles(part.calls.flatMap(selectTotalMs)).p95,
      attempts: part.attempts,
    };
  });
}
