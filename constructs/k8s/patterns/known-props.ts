import type { KnownProps } from '../../../lib/spec/read-props';
import type { ActiveActiveProps, ActivePassiveProps } from '../multi-region-props';
import type { K8sGatewayProps } from '../props';

/** What every pattern takes. */
const COMMON = {
  domain: true,
  secrets: true,
  secretSource: true,
  database: true,
  cache: true,
  autoscaling: true,
  backup: true,
  monitoring: true,
  chaos: true,
  loadTest: true,
  namespace: true,
  spread: true,
  dataVolume: true,
  priorityClassName: true,
  pods: true,
  size: true,
  service: true,
  migrationRollout: true,
  loadBalancer: true,
  ingressClassName: true,
  ingressNamespace: true,
  gatewayScript: true,
  compute: true,
  config: true,
  name: true,
  zones: true,
  image: true,
  streaming: true,
  probe: true,
  objectives: true,
} as const;

/** What every pattern of several regions takes. */
const OF_REGIONS = {
  edgeChart: true,
  dataMode: true,
  steering: true,
} as const;

export const SINGLE_REGION_PROPS: KnownProps<K8sGatewayProps> = {
  ...COMMON,
  cidr: true,
};

export const ACTIVE_PASSIVE_PROPS: KnownProps<ActivePassiveProps> = {
  ...COMMON,
  ...OF_REGIONS,
  primary: true,
  standby: true,
};

export const ACTIVE_ACTIVE_PROPS: KnownProps<ActiveActiveProps> = {
  ...COMMON,
  ...OF_REGIONS,
  regions: true,
  writerRegion: true,
  witnessRegion: true,
  peakReplicas: true,
};
