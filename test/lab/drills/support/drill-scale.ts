/** Whether the drills run in their full length: `LITELLM_HA_DRILL=full`. */
const FULL = process.env['LITELLM_HA_DRILL'] === 'full';

export const DRILL = {
  /** What CI has time for, or what the promise says. */
  scale: <Scale>({ short, full }: { readonly short: Scale; readonly full: Scale }): Scale =>
    FULL ? full : short,

  timeoutMs: FULL ? 3_600_000 : 240_000,

  /** Figures are what a drill is run for. */
  tell: (name: string, figures: object): void => {
    process.stderr.write(`${name} (${FULL ? 'full' : 'short'}): ${JSON.stringify(figures)}\n`);
  },
} as const;
