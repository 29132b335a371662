import { Histogram, renderSample } from '../../../runtime/telemetry/histogram';

describe('Histogram', () => {
  it('adds the buckets up, the last one holding everything', () => {
    const histogram = new Histogram('latency', { model: 'm' });
    for (const seconds of [0.004, 0.2, 0.4, 400]) histogram.observe(seconds);
    const lines = histogram.renderSamples().split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'latency_bucket{model="m",le="0.005"} 1',
        'latency_bucket{model="m",le="0.1"} 1',
        'latency_bucket{model="m",le="0.5"} 3',
        'latency_bucket{model="m",le="300"} 3',
        'latency_bucket{model="m",le="+Inf"} 4',
        'latency_sum{model="m"} 400.604',
        'latency_count{model="m"} 4',
      ]),
    );
  });

  it('renders nothing before the first observation', () => {
    expect(new Histogram('latency', {}).renderSamples()).toBe('');
  });
});

describe('renderSample', () => {
  it('escapes what would break a line', () => {
    expect(renderSample('x', { model: 'a"b\\c\nd' }, 1)).toBe('x{model="a\\"b\\\\c\\nd"} 1\n');
  });
});
