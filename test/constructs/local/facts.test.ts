import { GatewayConfig, LOCAL_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import type { GatewayProps } from '../../../lib';
import { planFacts, type Facts } from '../../contract/facts/facts';
import { synthesizeLocal } from '../../contract/facts/local';

const config = GatewayConfig.fromYaml(
  'model_list: [{model_name: m, litellm_params: {model: gpt-4o}}]',
);

const CHANGED: GatewayProps = {
  config,
  autoscaling: { minReplicas: 4 },
  probe: { intervalSeconds: 7, timeoutSeconds: 4, healthyThreshold: 3, unhealthyThreshold: 5 },
  streaming: { maxStreamSeconds: 900, idleSeconds: 90 },
  database: { readReplicas: 1, maxConnections: 500 },
};

describe('synthesizeLocal', () => {
  it.each([
    ['the defaults', { config }],
    ['a description that changes everything', CHANGED],
  ])('agrees with the plan for %s', (_, props: GatewayProps) => {
    const { spec } = resolveSpec(props, LOCAL_TRAITS);
    const facts = synthesizeLocal(props);
    const offered = Object.entries(facts).filter(([, fact]) => typeof fact !== 'object');
    const planned = planFacts(planSingleRegion(spec, LOCAL_TRAITS));
    expect(Object.fromEntries(offered)).toEqual(
      Object.fromEntries(offered.map(([name]) => [name, planned[name as keyof Facts]])),
    );
    expect(offered).toHaveLength(13);
  });
});
