import { renderSample } from './histogram';

/** Counter by `kind`: attempts beyond the first of a request. */
export const EXTRA_ATTEMPTS = 'litellm_ha_extra_attempts_total';
/** Counter by `kind`: attempts that were due, and for which the retry budget had no place. */
export const EXTRA_ATTEMPTS_REFUSED = 'litellm_ha_extra_attempts_refused_total';

export type ExtraKind = 'retry' | 'fallback' | 'hedge';

/** Counts what the gateway asks of providers beyond one attempt per request. */
export class RetryMetrics {
  private readonly made = new Map<ExtraKind, number>(NONE);
  private readonly refused = new Map<ExtraKind, number>(NONE);

  recordExtra(kind: ExtraKind): void {
    this.made.set(kind, (this.made.get(kind) ?? 0) + 1);
  }

  /** An extra attempt was due, and the retry budget had none left. */
  recordRefusal(kind: ExtraKind): void {
    this.refused.set(kind, (this.refused.get(kind) ?? 0) + 1);
  }

  renderMade(): string {
    return renderByKind(EXTRA_ATTEMPTS, this.made);
  }

  renderRefused(): string {
    return renderByKind(EXTRA_ATTEMPTS_REFUSED, this.refused);
  }
}

const NONE: readonly (readonly [ExtraKind, number])[] = [
  ['retry', 0],
  ['fallback', 0],
  ['hedge', 0],
];

function renderByKind(name: string, counts: ReadonlyMap<ExtraKind, number>): string {
  return [...counts].map(([kind, count]) => renderSample(name, { kind }, count)).join('');
}
