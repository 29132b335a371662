import { isCoolingDown, UNTRIED } from '../routing/health';
import type { Health } from '../routing/health';
import { selectMinute, UNUSED } from '../routing/load';
import type { Load } from '../routing/load';
import type { PeakEwma } from '../routing/peak-ewma';
import type { DeploymentReport } from '../state/replica-report';

export interface Seen {
  readonly health: Health | undefined;
  readonly load: Load | undefined;
}

export interface Moment {
  readonly nowMs: number;
  readonly wallMs: number;
}

/** What was measured longer ago says next to nothing: its weight is a ten-thousandth. Unit: milliseconds. */
const OLDEST_ANSWER_MS = 100_000;

/** Null: there is nothing to tell. */
export function renderDeploymentReport(
  { health = UNTRIED, load = UNUSED }: Seen,
  { nowMs, wallMs }: Moment,
): DeploymentReport | null {
  const rests = isCoolingDown(health, nowMs);
  const counted = load.minute === selectMinute(wallMs);
  const answers = {
    json: renderAge(load.answers.json, nowMs),
    stream: renderAge(load.answers.stream, nowMs),
  };
  const silent = answers.json === null && answers.stream === null;
  if (!rests && !counted && load.inFlight === 0 && silent) return null;
  return {
    inFlight: load.inFlight,
    minute: load.minute,
    requests: load.requests,
    tokens: load.tokens,
    restsUntilMs: rests ? Math.round(wallMs + health.coolingUntilMs - nowMs) : null,
    restReason: rests ? health.cooldownReason : 'none',
    answers,
  };
}

function renderAge(answer: PeakEwma | null, nowMs: number): PeakEwma | null {
  if (answer === null || nowMs - answer.atMs > OLDEST_ANSWER_MS) return null;
  return { valueMs: Math.round(answer.valueMs), atMs: Math.round(nowMs - answer.atMs) };
}
