import { Cache, Compute, Database } from '../../../constructs/aws';
import {
  readAwsFacts,
  readManifests,
  type CloudFormationTemplate,
  type Manifest,
} from '../../../constructs/aws/testing';
import type { GatewayProps } from '../../../lib';
import { build, gatewayFolder } from '../../constructs/aws/support';
import type { Facts } from './facts';

export { readAwsFacts, readManifests, type Manifest };

/** Synthesizes a description with handles of this target and reads the facts back from the template. */
export function synthesizeAws(props: GatewayProps): Facts {
  const { template } = build((least) => ({
    ...least,
    ...props,
    secrets: least.secrets,
    domain: least.domain,
    compute: Compute.eks({ ...props.compute, gatewayFolder: gatewayFolder() }),
    database: Database.rds(props.database),
    cache: Cache.replicationGroup(props.cache),
  }));
  return readAwsFacts(template.toJSON() as CloudFormationTemplate);
}
