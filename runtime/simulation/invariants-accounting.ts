import type { Check, InvariantContext } from './invariant';
import type { CallHistory } from './select-calls';

/** I8. What the gateway counted is what the providers delivered. */
export const isAccounted: Check = (context) => [
  ...context.calls.flatMap(findMiscounted),
  ...findUnequalSums(context),
  ...findMetricDifferences(context),
];

function findMiscounted({ call, attempts, outcomes, end }: CallHistory): readonly string[] {
  if (end === null) return [];
  const findings: string[] = [];
  const answer = outcomes.at(-1);
  if (end.outcome === 'success') {
    const billed = `${answer?.promptTokens}+${answer?.completionTokens}`;
    const counted = `${end.promptTokens}+${end.completionTokens}`;
    if (billed !== counted) findings.push(`call ${call} counts ${counted} tokens of ${billed}`);
    if (answer?.end !== 'complete' || answer.status !== 200 || answer.fault !== null) {
      findings.push(
        `call ${call} succeeded by an answer that was ${answer?.end} with ${answer?.fault ?? 'no fault'}`,
      );
    }
  }
  const retries = attempts.filter(({ cause }) => cause === 'retry').length;
  // A retry, or a fallback, that found no deployment to ask leaves no attempt behind.
  if (retries > end.retries)
    findings.push(`call ${call} counts ${end.retries} of ${retries} retries`);
  const fallbacks = attempts.filter(({ cause }) => cause === 'fallback').length;
  if (fallbacks > end.fallbacks) {
    findings.push(`call ${call} counts ${end.fallbacks} of ${fallbacks} fallbacks`);
  }
  return findings;
}

function findUnequalSums({ result }: InvariantContext): readonly string[] {
  const { summary } = result;
  const ended = summary.successes + summary.failed + summary.cut + summary.abandoned;
  return ended === summary.requests
    ? []
    : [`${summary.requests} requests came and ${ended} endings were counted`];
}

/** The gateway's metrics, deployment by deployment. */
function findMetricDifferences({ result, calls }: InvariantContext): readonly string[] {
  return [...result.metrics].flatMap(([id, { successes }]) => {
    const answered = calls.filter(
      ({ end }) => end?.outcome === 'success' && end.deployment === id,
    ).length;
    return successes === answered
      ? []
      : [`${id} answered ${answered} requests and its metric says ${successes}`];
  });
}
