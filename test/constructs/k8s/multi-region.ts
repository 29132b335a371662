import { App, type Chart } from 'cdk8s';
import {
  ActiveActive,
  ActivePassive,
  Secrets,
  type ActiveActiveProps,
  type ActivePassiveProps,
  type MultiRegionDeployment,
} from '../../../constructs/k8s';
import { describeProblem, SpecError } from '../../../lib';
import type { Manifest } from './manifests';
import { someProps } from './synthesize';

const { config, secrets, domain, gatewayScript } = someProps();
const SHARED = {
  config,
  secrets,
  domain,
  gatewayScript,
  secretSource: Secrets.existing('given'),
};

/** A cluster that serves and one that waits, with nothing said that has a default. */
export function activePassiveProps(
  overrides: Partial<ActivePassiveProps> = {},
): ActivePassiveProps {
  return {
    ...SHARED,
    primary: { region: 'us-east-1', healthCheckId: 'check-1' },
    standby: { region: 'us-west-2', healthCheckId: 'check-2' },
    ...overrides,
  };
}

/** Three clusters that all serve, each writing its own database. */
export function activeActiveProps(overrides: Partial<ActiveActiveProps> = {}): ActiveActiveProps {
  return {
    ...SHARED,
    regions: ['us-east-1', 'eu-west-1', 'ap-southeast-1'].map((region, index) => ({
      region,
      healthCheckId: `check-${index + 1}`,
    })),
    dataMode: 'regional-primaries',
    ...overrides,
  };
}

export function anActivePassive(overrides: Partial<ActivePassiveProps> = {}): ActivePassive {
  return new ActivePassive(new App(), 'gateway', activePassiveProps(overrides));
}

export function anActiveActive(overrides: Partial<ActiveActiveProps> = {}): ActiveActive {
  return new ActiveActive(new App(), 'gateway', activeActiveProps(overrides));
}

/** What is applied to the cluster of a region. */
export function manifestsOf(gateway: MultiRegionDeployment, region: string): readonly Manifest[] {
  const found = gateway.regions.find(({ name }) => name === region);
  if (found === undefined) throw new Error(`there is no region ${region}`);
  return found.chart.toJson() as Manifest[];
}

/** What stands between the regions. */
export function edgeManifests(gateway: MultiRegionDeployment): readonly Manifest[] {
  return (gateway.node.scope as Chart).toJson() as Manifest[];
}

/** The lines of the refusal; empty when nothing is refused. */
export function refusalOf(attempt: () => unknown): readonly string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.problems.map(describeProblem);
  }
}

export function variablesOf(manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const gateway = manifests.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'litellm',
  );
  return Object.fromEntries(
    gateway.spec.template.spec.containers[0].env.map((each: Manifest) => [each.name, each.value]),
  );
}
