/** LiteLLM's scale: 0 is the most important, and there is no end of unimportant. */
export const HIGHEST_PRIORITY = 0;

/** Each step down gives up a twentieth of the limit, and at most half of it. */
const SHARE_PER_STEP = 0.05;
const LEAST_SHARE = 0.5;

/**
 * Which part of the limit requests of a priority may fill. The room above it is kept for the more important ones, so that
 * the least important are shed first.
 */
export function selectAdmittedShare(priority: number): number {
  return Math.max(LEAST_SHARE, 1 - SHARE_PER_STEP * Math.max(0, priority));
}

/** The header is read before the body is; what is no priority counts as unsaid. */
export function parsePriority(header: string | readonly string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : null;
}

/** Few values for a metric's label, whatever numbers clients invent. */
export function describePriority(priority: number): 'high' | 'normal' | 'low' {
  if (priority <= HIGHEST_PRIORITY) return 'high';
  return selectAdmittedShare(priority) > LEAST_SHARE ? 'normal' : 'low';
}
