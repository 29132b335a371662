import { App } from 'aws-cdk-lib';
import { App as KubernetesApp, Chart } from 'cdk8s';
import { SingleRegionHA } from '../../../../constructs/aws';
import { leastProps, testStack } from '../support';

describe('requireStack', () => {
  it('rejects the tree of another framework', () => {
    const chart = new Chart(new KubernetesApp(), 'chart');
    expect(() => new SingleRegionHA(chart, 'Gateway', leastProps(testStack()))).toThrow(
      new Error(
        'litellm-ha/aws: 1 problem\n' +
          '  - scope must be an aws-cdk-lib Stack, or a construct in one, got a tree whose root is App; ' +
          "create a Stack with new Stack(new App(), 'Name') and pass that",
      ),
    );
  });

  it('rejects an app without a stack', () => {
    expect(() => new SingleRegionHA(new App(), 'Gateway', leastProps(testStack()))).toThrow(
      /scope must be an aws-cdk-lib Stack, or a construct in one/,
    );
  });
});
