/** LiteLLM's buckets of durations. Unit: seconds. */
export const LATENCY_BUCKETS_SECONDS: readonly number[] = [
  0.005,
  0.00625,
  0.0125,
  0.025,
  0.05,
  0.1,
  ...Array.from({ length: 20 }, (_, index) => (index + 1) / 2),
  15,
  20,
  25,
  30,
  60,
  120,
  180,
  240,
  300,
];

/** A Prometheus histogram of durations with its labels fixed, so that an observation looks nothing up. */
export class Histogram {
  private readonly counts = new Float64Array(LATENCY_BUCKETS_SECONDS.length);
  private sumSeconds = 0;
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly labels: Readonly<Record<string, string>>,
  ) {}

  observe(seconds: number): void {
    this.sumSeconds += seconds;
    this.count += 1;
    // Counted in one bucket, added up at scrape.
    const bucket = LATENCY_BUCKETS_SECONDS.findIndex((bound) => seconds <= bound);
    if (bucket !== -1) this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }

  renderSamples(): string {
    if (this.count === 0) return '';
    let running = 0;
    const lines = LATENCY_BUCKETS_SECONDS.map((bound, index) => {
      running += this.counts[index] ?? 0;
      return renderSample(`${this.name}_bucket`, { ...this.labels, le: String(bound) }, running);
    });
    return [
      ...lines,
      renderSample(`${this.name}_bucket`, { ...this.labels, le: '+Inf' }, this.count),
      renderSample(`${this.name}_sum`, this.labels, this.sumSeconds),
      renderSample(`${this.name}_count`, this.labels, this.count),
    ].join('');
  }
}

export function renderSample(
  name: string,
  labels: Readonly<Record<string, string>>,
  value: number,
): string {
  const text = Object.entries(labels)
    .map(([label, content]) => `${label}="${escapeLabel(content)}"`)
    .join(',');
  return text === '' ? `${name} ${value}\n` : `${name}{${text}} ${value}\n`;
}

function escapeLabel(content: string): string {
  return content.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
