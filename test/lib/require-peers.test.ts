import { requirePeers } from '../../lib/require-peers';

function resolveOnly(...installed: readonly string[]): (name: string) => string {
  return (name) => {
    if (installed.includes(name)) return name;
    throw new Error(`Cannot find module '${name}'`);
  };
}

describe('requirePeers', () => {
  const peers = ['cdk8s', 'cdk8s-plus-28'];

  it('lets pass what is installed', () => {
    expect(() =>
      requirePeers({ by: 'Compute.eks()', peers, resolve: resolveOnly(...peers) }),
    ).not.toThrow();
  });

  it('rejects a missing peer by name', () => {
    expect(() =>
      requirePeers({ by: 'Compute.eks()', peers, resolve: resolveOnly('cdk8s') }),
    ).toThrow(
      new Error(
        'Compute.eks() needs cdk8s-plus-28, which is not installed; run npm install cdk8s-plus-28',
      ),
    );
  });

  it('rejects all that is missing at once', () => {
    expect(() => requirePeers({ by: 'litellm-ha/k8s', peers, resolve: resolveOnly() })).toThrow(
      new Error(
        'litellm-ha/k8s needs cdk8s and cdk8s-plus-28, which are not installed; ' +
          'run npm install cdk8s cdk8s-plus-28',
      ),
    );
  });
});
