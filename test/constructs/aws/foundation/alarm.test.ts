import { type MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { describeAlarm, worstOf } from '../../../../constructs/aws/foundation/alarm';

function metric(node: string): Metric {
  return new Metric({ namespace: 'Test', metricName: 'Load', dimensionsMap: { node } });
}

describe('worstOf', () => {
  it('takes the highest of all nodes', () => {
    const worst = worstOf([metric('a'), metric('b')], 'Busiest') as MathExpression;
    expect(worst.expression).toBe('MAX([node1, node2])');
    expect(Object.keys(worst.usingMetrics)).toEqual(['node1', 'node2']);
    expect(worst.label).toBe('Busiest');
  });

  it('needs no expression for one node', () => {
    const only = metric('a');
    expect(worstOf([only], 'Busiest')).toBe(only);
  });

  it('rejects nothing at all', () => {
    expect(() => worstOf([], 'Busiest')).toThrow(
      new Error('Busiest: nothing to take the worst of'),
    );
  });
});

describe('describeAlarm', () => {
  it('leads from a page to its runbook', () => {
    expect(
      describeAlarm(
        { name: 'Slow', severity: 'warning', summary: 'It is slow.', runbook: 'slow' },
        'https://wiki.example.com',
      ),
    ).toBe('Slow (warning): It is slow. Runbook: https://wiki.example.com/aws/slow.md');
  });
});
