import type { KnownProps } from '../../../lib/spec/read-props';
import type { GoogleGatewayProps } from '../props';

export const SINGLE_REGION_PROPS: KnownProps<GoogleGatewayProps> = {
  project: true,
  region: true,
  zoneNames: true,
  domain: true,
  secrets: true,
  network: true,
  compute: true,
  database: true,
  cache: true,
  config: true,
  name: true,
  zones: true,
  cidr: true,
  image: true,
  autoscaling: true,
  streaming: true,
  probe: true,
  backup: true,
  objectives: true,
};
