import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';
import type { LoadBalancerController } from './compute';

/** Every default that exists on AWS alone, with its source. The others are in `lib/spec/defaults.ts`. */

/** Guide, "AWS RDS": db.r6g.large. */
export const DEFAULT_INSTANCE_TYPE = InstanceType.of(InstanceClass.R6G, InstanceSize.LARGE);

/** The smallest class whose processor is not throttled after a busy hour, as those of cache.t4g are. */
export const DEFAULT_NODE_TYPE = 'cache.m7g.large';

/** What runs in a cluster that is created. */
export const DEFAULT_LOAD_BALANCER_CONTROLLER: LoadBalancerController = 'auto-mode';
