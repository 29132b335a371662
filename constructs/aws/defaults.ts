import { InstanceClass, InstanceSize, InstanceType } from 'aws-cdk-lib/aws-ec2';

/** Every default that exists on AWS alone, with its source. The others are in `lib/spec/defaults.ts`. */

/** Guide, "AWS RDS": db.r6g.large. */
export const DEFAULT_INSTANCE_TYPE = InstanceType.of(InstanceClass.R6G, InstanceSize.LARGE);

/** The smallest class whose processor is not throttled after a busy hour, as those of cache.t4g are. */
export const DEFAULT_NODE_TYPE = 'cache.m7g.large';

/** What caches were made with before there was a choice. */
export const DEFAULT_CACHE_ENGINE = 'redis';

/** Leaves a tenth of the server's connections to whoever goes past the proxy; at 400 that is forty. */
export const DEFAULT_POOLED_CONNECTIONS_PERCENT = 90;

/** As long as the gateway waits for a statement: who waits longer is gone when the connection comes. */
export const DEFAULT_BORROW_TIMEOUT_SECONDS = 10;

/** Guide, "Connection Pooling": idle connections of servers are closed after 600 s. */
export const DEFAULT_IDLE_CLIENT_SECONDS = 600;

/** What runs in a cluster that is created. */
export const DEFAULT_LOAD_BALANCER_CONTROLLER = 'auto-mode';

/** Often enough to notice an outage before most users do, at some nine thousand requests a month. */
export const DEFAULT_CANARY_MINUTES = 5;

/** The fewest with which the loss of one shard's writes leaves most keys alone. */
export const DEFAULT_SHARDS = 3;

/** Thirty-three a second from one address: a busy backend stays below, a flood does not. */
export const DEFAULT_REQUESTS_PER_ADDRESS = 10_000;

/** Ten a second: a tenth of what one core of the gateway answers, which leaves room for streams that stay open. */
export const DEFAULT_REQUESTS_PER_REPLICA = 600;

/**
 * A replica that starts while a NAT gateway is out of ports, or gone, is what an outage is made of; and auditors ask that
 * secrets cross no public address. It adds about a tenth to what the smallest deployment costs.
 */
export const DEFAULT_VPC_ENDPOINTS = 'interface';
