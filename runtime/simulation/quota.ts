import type { Fault } from './scenario';

/** A provider's count of the requests of the present minute. */
export interface Quota {
  /** Null: within the quota; else the time until the next minute. Unit: seconds. */
  take(elapsedMs: number): number | null;
}

const MINUTE_MS = 60_000;

export function createQuota(fault: Fault): Quota {
  const most = fault.kind === 'rate-limit' ? fault.requestsPerMinute : Infinity;
  let minute = -1;
  let taken = 0;
  return {
    take: (elapsedMs) => {
      const present = Math.floor(elapsedMs / MINUTE_MS);
      if (present !== minute) {
        minute = present;
        taken = 0;
      }
      // Requests beyond the quota are not counted against the next ones: the usual fixed window.
      if (taken < most) {
        taken += 1;
        return null;
      }
      return Math.ceil(((present + 1) * MINUTE_MS - elapsedMs) / 1000);
    },
  };
}
