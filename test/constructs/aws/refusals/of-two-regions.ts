import { Stack } from 'aws-cdk-lib';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { ActivePassive, Database, type ActivePassiveProps } from '../../../../constructs/aws';
import { buildActivePassive, leastActivePassive } from '../multi-region-support';
import { testApp, testStack } from '../support';
import { PRIMARY, STANDBY, type Refusal } from './refusal';

const pair = (change: Partial<ActivePassiveProps>) => (): unknown => buildActivePassive(change);

function stackOf(region: string, account: string): Stack {
  return new Stack(testApp(), 'Brought', { env: { region, account } });
}

export const OF_TWO_REGIONS: readonly Refusal[] = [
  {
    what: 'a standby without replicas and without a reason',
    create: pair({ standby: { ...STANDBY, minReplicas: 0 } }),
    rules: ['standby.warm'],
    says: [
      'litellm on aws: 1 problem',
      'standby.minReplicas must be 2 or more, so that the standby serves the moment traffic arrives, got 0; raise it, or say in standby.allowColdStandby why clients may wait',
    ],
  },
  {
    what: 'a cold standby whose reason is empty',
    create: pair({ standby: { ...STANDBY, minReplicas: 0, allowColdStandby: ' ' } }),
    rules: ['standby.cold-reason'],
    says: [
      'litellm on aws: 1 problem',
      'standby.allowColdStandby must say why clients may wait for replicas to start, got " "; write the reason, or leave it out',
    ],
  },
  {
    what: 'a standby with more replicas than it may have',
    create: pair({ standby: { ...STANDBY, minReplicas: 30 } }),
    rules: ['standby.range'],
    says: [
      'litellm on aws: 1 problem',
      'standby.minReplicas must be a whole number from 0 to autoscaling.maxReplicas (20), got 30; lower it, or raise autoscaling.maxReplicas',
    ],
  },
  {
    what: 'a standby beside its primary',
    create: pair({ standby: { ...PRIMARY } }),
    rules: ['regions.distinct'],
    says: [
      'litellm on aws: 1 problem',
      'standby.region must differ from primary.region, got "us-east-1"; choose another region, best on another power grid',
    ],
  },
  {
    what: 'networks that cannot be connected',
    create: pair({
      primary: { ...PRIMARY, cidr: '10.1.0.0/16' },
      standby: { ...STANDBY, cidr: '10.1.128.0/17' },
    }),
    rules: ['regions.cidr-overlap'],
    says: [
      'litellm on aws: 1 problem',
      'standby.cidr must not overlap primary.cidr (10.1.0.0/16, 65536 addresses), got 10.1.128.0/17; choose a range of its own',
    ],
  },
  {
    what: 'what is no name of a region',
    create: pair({ standby: { region: 'US West (Oregon)' } }),
    rules: ['regions.name'],
    says: [
      'litellm on aws: 1 problem',
      'standby.region must be the target\'s name of a region (a–z, 0–9 and dashes inside, at most 30), got "US West (Oregon)"; write it like us-east-1',
    ],
  },
  {
    what: 'a standby that writes',
    create: pair({ dataMode: 'regional-primaries' as never }),
    rules: ['data-mode.writer'],
    says: [
      'litellm on aws: 1 problem',
      'dataMode must have one writer, because a standby that writes is no standby, got "regional-primaries"; choose \'shared-writer\', or use ActiveActive',
    ],
  },
  {
    what: 'no loss at all from a database that answers before it has copied',
    create: pair({ objectives: { rpoSeconds: 0 } }),
    rules: ['objectives.rpo-asynchronous'],
    says: [
      'litellm on aws: 1 problem',
      'objectives.rpoSeconds must be above 0 in data mode shared-writer, which acknowledges a write before another region has it (0 s + a lag of 5 s = 5 s lost with a region — Amazon RDS User Guide, "Read replicas": asynchronous, no bound; 5 s is ours), got 0; demand 5 or more, or use ActiveActive with dataMode \'distributed-sql\'',
    ],
  },
  {
    what: 'health checks at an interval that Route 53 does not offer',
    create: pair({ steering: { intervalSeconds: 15 } }),
    rules: ['steering.interval'],
    says: [
      'litellm on aws: 1 problem',
      'steering.intervalSeconds must be 10 or 30 s (Route 53 health checks), got 15; choose one that is offered',
    ],
  },
  {
    what: 'a failover after a single lost packet',
    create: pair({ steering: { failureThreshold: 1 } }),
    rules: ['steering.threshold'],
    says: [
      'litellm on aws: 1 problem',
      'steering.failureThreshold must be a whole number from 2 to 10 (probes), got 1; choose 3',
    ],
  },
  {
    what: 'records that are remembered too long',
    create: pair({ steering: { ttlSeconds: 900 } }),
    rules: ['steering.ttl'],
    says: [
      'litellm on aws: 1 problem',
      'steering.ttlSeconds must be 60 (Route 53 alias records of load balancers), got 900; leave it out',
    ],
  },
  {
    what: 'a database that does not fit its data mode',
    create: pair({ dataMode: 'shared-writer', database: Database.aurora() }),
    rules: ['aws.data-mode'],
    says: [
      'litellm on aws: 1 problem',
      'database must be Database.rds() in data mode shared-writer (Amazon RDS with cross-Region read replicas), got Database.aurora(); leave it out, or choose the other dataMode',
    ],
  },
  {
    what: 'a stack of another region',
    create: pair({ primary: { ...PRIMARY, stack: stackOf('eu-west-1', '111111111111') } }),
    rules: ['aws.stack-region'],
    says: [
      'litellm on aws: 1 problem',
      "primary.stack must be a stack of us-east-1, got one of eu-west-1; create it with env: { region: 'us-east-1' }",
    ],
  },
  {
    what: 'regions in two accounts',
    create: pair({
      primary: { ...PRIMARY, stack: stackOf('us-east-1', '111111111111') },
      standby: { ...STANDBY, stack: stackOf('us-west-2', '222222222222') },
    }),
    rules: ['aws.account'],
    says: [
      'litellm on aws: 1 problem',
      'stack must be of the same account in every region, because regions find each other by names in it, got 111111111111 and 222222222222; create all of them in one account',
    ],
  },
  {
    what: 'two regions in one stack',
    create: () => {
      const stack = stackOf('us-east-1', '111111111111');
      return buildActivePassive({ primary: { ...PRIMARY, stack }, standby: { ...STANDBY, stack } });
    },
    rules: ['aws.stack-region', 'aws.stack-shared'],
    says: [
      'litellm on aws: 2 problems',
      "standby.stack must be a stack of us-west-2, got one of us-east-1; create it with env: { region: 'us-west-2' }",
      'standby.stack must be a stack of its own, because each region is deployed without the others, got Brought; create a stack for each region',
    ],
  },
  {
    what: 'a scope in no app',
    create: () =>
      new ActivePassive(new Construct(undefined as never, ''), 'Gateway', leastActivePassive()),
    rules: ['aws.app'],
    says: [
      'litellm on aws: 1 problem',
      'scope must be an aws-cdk-lib App or Stage, or a construct in one, got a tree whose root is Construct; pass new App()',
    ],
  },
  {
    what: 'a zone that a stack makes',
    create: () => {
      const app = testApp();
      const zone = new PublicHostedZone(testStack({}, app), 'Zone', { zoneName: 'example.com' });
      return buildActivePassive({ domain: { name: 'api.example.com', zone } }, app);
    },
    rules: ['aws.zone'],
    says: [
      'litellm on aws: 1 problem',
      'domain.zone must have an id that is known, because no region may depend on a stack that makes it, got a zone that a stack makes; write its hostedZoneId and zoneName',
    ],
  },
];
