/** One metric with its samples, in Prometheus' text format; nothing where there are no samples. */
export function renderFamily(
  name: string,
  type: 'counter' | 'gauge' | 'histogram',
  samples: string,
): string {
  return samples === '' ? '' : `# TYPE ${name} ${type}\n${samples}`;
}
