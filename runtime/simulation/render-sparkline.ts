const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One bar for each value, from nothing to the most; a blank where there is none. */
export function renderSparkline(values: readonly (number | null)[], most: number): string {
  return values
    .map((value) => {
      if (value === null) return ' ';
      const level = Math.round((Math.max(0, Math.min(value, most)) / most) * (BARS.length - 1));
      return BARS[level] ?? BARS[0];
    })
    .join('');
}
