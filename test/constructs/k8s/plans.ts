import { K8S_TRAITS, planSingleRegion, resolveSpec, type GatewayProps } from '../../../lib';
import type { RegionPlan, Topology } from '../../../lib';
import { aConfig } from '../../support/a-config';

const SECRETS = { OPENAI_API_KEY: { secretName: 'providers', key: 'openai' } };

/** What the Kubernetes target is given for a description. */
export function aTopology(props: Partial<GatewayProps> = {}): Topology {
  const described = {
    config: aConfig(),
    secrets: SECRETS,
    domain: { name: 'api.example.com' },
    ...props,
  };
  return planSingleRegion(resolveSpec(described, K8S_TRAITS).spec, K8S_TRAITS);
}

export function aRegionPlan(props: Partial<GatewayProps> = {}): RegionPlan {
  const [region] = aTopology(props).regions;
  if (region === undefined) throw new Error('a topology has a region');
  return region;
}
