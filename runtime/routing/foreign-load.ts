import type { Load } from './load';
import { selectPeakMs } from './peak-ewma';
import type { PeakEwma } from './peak-ewma';

/** What the other replicas do with a deployment. Times are of this replica's own monotonic clock. */
export type ForeignLoad = Pick<Load, 'inFlight' | 'minute' | 'requests' | 'tokens' | 'answers'>;

/** Both together. Only what was counted in the same minute can be added; the later minute stands. */
export function reduceForeignLoad<T extends ForeignLoad>(load: T, other: ForeignLoad): T {
  const { minute, requests, tokens } = selectLaterUse(load, other);
  return {
    ...load,
    inFlight: load.inFlight + other.inFlight,
    minute,
    requests,
    tokens,
    answers: {
      json: selectSlower(load.answers.json, other.answers.json),
      stream: selectSlower(load.answers.stream, other.answers.stream),
    },
  };
}

function selectLaterUse(
  one: ForeignLoad,
  other: ForeignLoad,
): Pick<Load, 'minute' | 'requests' | 'tokens'> {
  if (one.minute > other.minute) return one;
  if (one.minute < other.minute) return other;
  return {
    minute: one.minute,
    requests: one.requests + other.requests,
    tokens: one.tokens + other.tokens,
  };
}

/** A peak is a peak, wherever it was seen. */
function selectSlower(one: PeakEwma | null, other: PeakEwma | null): PeakEwma | null {
  if (one === null || other === null) return one ?? other;
  const nowMs = Math.max(one.atMs, other.atMs);
  return selectPeakMs(other, nowMs) > selectPeakMs(one, nowMs) ? other : one;
}
