import type { KnownProps } from '../../../lib/spec/read-props';
import type {
  AwsActiveActiveProps as ActiveActiveProps,
  AwsActivePassiveProps as ActivePassiveProps,
} from '../multi-region-props';
import type { AwsGatewayProps } from '../props';

/** What every pattern takes. */
const COMMON = {
  domain: true,
  secrets: true,
  vpcEndpoints: true,
  zonalAutoshift: true,
  compute: true,
  database: true,
  cache: true,
  firewall: true,
  backup: true,
  chaos: true,
  monitoring: true,
  config: true,
  name: true,
  zones: true,
  image: true,
  autoscaling: true,
  streaming: true,
  probe: true,
  objectives: true,
} as const;

/** What every pattern of several regions takes. */
const OF_REGIONS = {
  dataMode: true,
  steering: true,
  account: true,
  failover: true,
} as const;

export const SINGLE_REGION_PROPS: KnownProps<AwsGatewayProps> = {
  ...COMMON,
  vpc: true,
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
