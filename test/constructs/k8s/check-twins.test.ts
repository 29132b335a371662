import { App, Chart } from 'cdk8s';
import { ActivePassive, Network, SingleRegionHA } from '../../../constructs/k8s';
import { activePassiveProps } from './multi-region';
import { someProps } from './synthesize';

describe('refuseTwin', () => {
  it('rejects a second gateway of one name in one namespace, whatever chart it is in', () => {
    const app = new App();
    new SingleRegionHA(app, 'first', someProps());

    expect(() => new SingleRegionHA(new Chart(app, 'other'), 'second', someProps())).toThrow(
      'litellm on k8s: 1 problem\n' +
        '  - name must differ from that of every other gateway of this app in the namespace litellm, ' +
        'got "litellm", which first/first/Region has; ' +
        'choose another name or namespace, or build the gateways of each cluster in an App of their own',
    );
  });

  it('rejects a gateway beside a region of the same name', () => {
    const app = new App();
    new ActivePassive(app, 'both', activePassiveProps());

    expect(() => new SingleRegionHA(app, 'alone', someProps())).toThrow(
      'got "litellm", which both-us-east-1/both/Region has;',
    );
    expect(() => new ActivePassive(app, 'again', activePassiveProps())).toThrow(
      'got "litellm", which both-us-east-1/both/Region has;',
    );
  });

  it('takes two names in one namespace, one name in two, and regions that are alike', () => {
    const app = new App();
    new SingleRegionHA(app, 'first', someProps({ namespace: 'models' }));
    new SingleRegionHA(
      app,
      'second',
      someProps({ name: 'other', namespace: Network.existingNamespace('models') }),
    );

    expect(() => new SingleRegionHA(app, 'third', someProps())).not.toThrow();
    expect(() => new ActivePassive(new App(), 'both', activePassiveProps())).not.toThrow();
  });
});
