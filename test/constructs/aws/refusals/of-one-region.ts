import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-eks-v2';
import {
  Cache,
  Compute,
  Database,
  GatewayConfig,
  Monitoring,
  SingleRegionHA,
  WebFirewall,
  ZonalAutoshift,
} from '../../../../constructs/aws';
import { leastProps, testApp, testStack, type Change } from '../support';
import type { Refusal } from './refusal';

const single = (change: Change) => (): unknown => {
  const stack = testStack();
  return new SingleRegionHA(stack, 'Gateway', change(leastProps(stack), stack));
};
function configured(yaml: string): GatewayConfig {
  return GatewayConfig.fromYaml(
    `model_list:\n  - model_name: gpt-4o\n    litellm_params:\n      model: openai/gpt-4o\n${yaml}`,
  );
}

export const OF_ONE_REGION: readonly Refusal[] = [
  {
    what: 'a name that is no DNS label',
    create: single((p) => ({ ...p, name: 'LiteLLM_Gateway' })),
    rules: ['spec.name'],
    says: [
      'LiteLLM_Gateway on aws: 1 problem',
      'name must be a DNS label of at most 20 characters (a–z, 0–9 and dashes inside), got "LiteLLM_Gateway"; choose a shorter, lower-case name',
    ],
  },
  {
    what: 'a single zone',
    create: single((p) => ({ ...p, zones: 1 })),
    rules: ['spec.range'],
    says: [
      'litellm on aws: 1 problem',
      'zones must be a whole number from 2 to 6 (zones), got 1; raise it',
    ],
  },
  {
    what: 'several numbers out of their ranges, all at once',
    create: single((p) => ({
      ...p,
      backup: { retentionDays: 3 },
      database: Database.rds({ readReplicas: 0 }),
      autoscaling: { cpuPercent: 95 },
    })),
    rules: ['spec.range', 'spec.range', 'spec.range'],
    says: [
      'litellm on aws: 3 problems',
      'autoscaling.cpuPercent must be a whole number from 10 to 90 (percent), got 95; lower it',
      'database.readReplicas must be a whole number from 1 to 5 (replicas), got 0; raise it',
      'backup.retentionDays must be a whole number from 7 to 35 (days), got 3; raise it',
    ],
  },
  {
    what: 'a network too small for its replicas',
    create: single((p) => ({ ...p, cidr: '10.40.0.0/24' })),
    rules: ['network.cidr'],
    says: [
      'litellm on aws: 1 problem',
      'cidr must be an IPv4 range between /16 and /20 without host bits, got "10.40.0.0/24"; write it like 10.40.0.0/16',
    ],
  },
  {
    what: 'an address range with host bits',
    create: single((p) => ({ ...p, cidr: '10.40.1.0/16' })),
    rules: ['network.cidr'],
    says: [
      'litellm on aws: 1 problem',
      'cidr must be an IPv4 range between /16 and /20 without host bits, got "10.40.1.0/16"; write it like 10.40.0.0/16',
    ],
  },
  {
    what: 'a URL in place of a name',
    create: single((p) => ({ ...p, domain: { ...p.domain, name: 'https://api.example.com' } })),
    rules: ['domain.name'],
    says: [
      'litellm on aws: 1 problem',
      'domain.name must be a fully qualified host name in lower case, got "https://api.example.com"; write it like api.example.com, without scheme, port or trailing dot',
    ],
  },
  {
    what: 'a configuration without a model',
    create: single((p) => ({
      ...p,
      config: GatewayConfig.fromYaml('model_list: []\n'),
      secrets: {},
    })),
    rules: ['config.deployments'],
    says: [
      'litellm on aws: 1 problem',
      'config.model_list must hold at least one model, got none; add an entry with model_name and litellm_params.model',
    ],
  },
  {
    what: 'a secret that nobody gave',
    create: single((p) => ({ ...p, secrets: {} })),
    rules: ['secrets.covered'],
    says: [
      'litellm on aws: 1 problem',
      'secrets.OPENAI_API_KEY must be given, because the configuration references os.environ/OPENAI_API_KEY, got nothing; add OPENAI_API_KEY to secrets, or remove the reference',
    ],
  },
  {
    what: 'a floor above the ceiling',
    create: single((p) => ({ ...p, autoscaling: { minReplicas: 9, maxReplicas: 6 } })),
    rules: ['autoscaling.order'],
    says: [
      'litellm on aws: 1 problem',
      'autoscaling.maxReplicas must be at least autoscaling.minReplicas (9), got 6; raise it, or lower autoscaling.minReplicas',
    ],
  },
  {
    what: 'a zone without a replica',
    create: single((p) => ({ ...p, autoscaling: { minReplicas: 2 } })),
    rules: ['autoscaling.replica-per-zone'],
    says: [
      'litellm on aws: 1 problem',
      'autoscaling.minReplicas must be at least the number of zones (3), got 2; raise it, or lower zones',
    ],
  },
  {
    what: 'more replicas than the database has connections for',
    create: single((p) => ({ ...p, autoscaling: { maxReplicas: 60 } })),
    rules: ['database.connection-budget'],
    says: [
      'litellm on aws: 1 problem',
      'database.maxConnections must be 615 or more (60 replicas × 10 connections + 15 reserved = 615 of 400), got 400; raise it, or lower autoscaling.maxReplicas or general_settings.database_connection_pool_limit',
    ],
  },
  {
    what: 'pools that add up to more than the database has',
    create: single((p) => ({
      ...p,
      config: configured('general_settings:\n  database_connection_pool_limit: 25\n'),
      secrets: {},
    })),
    rules: ['database.connection-budget'],
    says: [
      'litellm on aws: 1 problem',
      'database.maxConnections must be 515 or more (20 replicas × 25 connections + 15 reserved = 515 of 400), got 400; raise it, or lower autoscaling.maxReplicas or general_settings.database_connection_pool_limit',
    ],
  },
  {
    what: 'a backup window that is too short',
    create: single((p) => ({ ...p, backup: { window: '03:00-03:10' } })),
    rules: ['backup.window'],
    says: [
      'litellm on aws: 1 problem',
      'backup.window must be hh:mm-hh:mm in UTC, 30 minutes or more, got "03:00-03:10"; write it like 03:00-04:00',
    ],
  },
  {
    what: 'a probe that outlasts its interval',
    create: single((p) => ({ ...p, probe: { intervalSeconds: 5, timeoutSeconds: 5 } })),
    rules: ['probe.timeout'],
    says: [
      'litellm on aws: 1 problem',
      'probe.timeoutSeconds must be less than probe.intervalSeconds (5), got 5; lower it, or raise probe.intervalSeconds',
    ],
  },
  {
    what: 'a silence longer than the whole answer',
    create: single((p) => ({ ...p, streaming: { maxStreamSeconds: 600, idleSeconds: 900 } })),
    rules: ['timers.idle-within-stream'],
    says: [
      'litellm on aws: 1 problem',
      'streaming.idleSeconds must be at most streaming.maxStreamSeconds (600), got 900; lower it, or raise streaming.maxStreamSeconds',
    ],
  },
  {
    what: 'a call that lasts longer than a replica drains',
    create: single((p) => ({
      ...p,
      config: configured('router_settings:\n  timeout: 900\n'),
      secrets: {},
    })),
    rules: ['timers.config-timeout'],
    says: [
      'litellm on aws: 1 problem',
      'config.router_settings.timeout must be at most streaming.maxStreamSeconds (600), got 900; lower it, or raise streaming.maxStreamSeconds to 900',
    ],
  },
  {
    what: 'a recovery faster than its probes',
    create: single((p) => ({ ...p, objectives: { rtoSeconds: 5 } })),
    rules: ['objectives.rto', 'objectives.rto'],
    says: [
      'litellm on aws: 2 problems',
      'objectives.rtoSeconds must be 18 or more for the loss of a replica (3 probes × 5 s + 3 s timeout = 18 s; streams open on the replica break), got 5; raise it, or lower probe.intervalSeconds or probe.unhealthyThreshold',
      'objectives.rtoSeconds must be 18 or more for the loss of a zone (calls: 3 probes × 5 s + 3 s timeout = 18 s; writes: max(18 s, 120 s) — Amazon RDS User Guide, "Failing over a Multi-AZ DB instance": 60–120 s; synchronous standby), got 5; raise it, or lower probe.intervalSeconds or probe.unhealthyThreshold',
    ],
  },
  {
    what: 'an availability that the parts do not add up to',
    create: single((p) => ({ ...p, objectives: { uptimePercent: 99.999 } })),
    rules: ['objectives.uptime'],
    says: [
      'litellm on aws: 1 problem',
      'objectives.uptimePercent must be 99.98 or less (Application Load Balancer 99.99 % × EC2 over several zones 99.99 % = 99.98 %), got 99.999; lower it, or choose a pattern with more than one region',
    ],
  },
  {
    what: 'a gateway without a name',
    create: single((p) => ({ ...p, domain: undefined as never })),
    rules: ['aws.domain'],
    says: [
      'litellm on aws: 1 problem',
      'domain must be given, because a load balancer answers HTTPS only with a certificate for a name, got nothing; pass a name and the hosted zone that holds it',
    ],
  },
  {
    what: 'a network that is brought and has too few subnets',
    create: single((p, stack) => ({
      ...p,
      vpc: new Vpc(stack, 'Mine', {
        maxAzs: 2,
        subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC }],
      }),
    })),
    rules: ['aws.vpc', 'aws.vpc'],
    says: [
      'litellm-ha/aws: 2 problems',
      'vpc must have public subnets in 3 zones, got 2; add public subnets, or set zones to what it has',
      'vpc must have private subnets in 3 zones, got 0; add private subnets, or set zones to what it has',
    ],
  },
  {
    what: 'endpoints for a network that keeps its own',
    create: single((p, stack) => ({
      ...p,
      zones: 2,
      vpc: new Vpc(stack, 'Mine', { maxAzs: 2 }),
      vpcEndpoints: 'interface',
    })),
    rules: ['aws.vpc-endpoints'],
    says: [
      'litellm-ha/aws: 1 problem',
      'vpcEndpoints must be left out where vpc is given, because a network that is brought keeps its own, got "interface"; remove it, and add endpoints to your network where it has none',
    ],
  },
  {
    what: 'a shift of a zone that the others cannot carry',
    create: single((p) => ({ ...p, zones: 2, zonalAutoshift: ZonalAutoshift.enabled() })),
    rules: ['aws.zonal-autoshift'],
    says: [
      'litellm-ha/aws: 1 problem',
      'autoscaling.cpuPercent must be at most 50 with zonalAutoshift, because all clients are then led to 1 of 2 zones (70 % × 2 / 1 = 140 %), got 70; lower it, or leave zonalAutoshift out',
    ],
  },
  {
    what: "AWS's own numbers out of their ranges",
    create: single((p) => ({
      ...p,
      cache: Cache.cluster({ shards: 0 }),
      firewall: WebFirewall.managed({ requestsPerAddress: 50 }),
      monitoring: Monitoring.cloudWatch({ canary: { model: 'gpt-4o', everyMinutes: 90 } }),
    })),
    rules: ['aws.range', 'aws.range', 'aws.range'],
    says: [
      'litellm-ha/aws: 3 problems',
      'cache.shards must be a whole number from 1 to 90 (shards), got 0; raise it',
      'firewall.requestsPerAddress must be a whole number from 100 to 2000000 (requests per five minutes), got 50; raise it',
      'monitoring.canary.everyMinutes must be a whole number from 1 to 60 (minutes), got 90; lower it',
    ],
  },
  {
    what: 'a cluster to which nothing can be sent',
    create: single((p, stack) => ({
      ...p,
      compute: Compute.eks({
        cluster: Cluster.fromClusterAttributes(stack, 'Mine', { clusterName: 'mine' }),
      }),
    })),
    rules: ['aws.cluster'],
    says: [
      'litellm-ha/aws: 1 problem',
      'compute.cluster must have a kubectl provider, by which the workload is sent to it, got none; create it with kubectlProviderOptions, or import it with kubectlProvider',
    ],
  },
  {
    what: 'a tree without a stack',
    create: () => new SingleRegionHA(testApp(), 'Gateway', leastProps(testStack())),
    rules: ['aws.root'],
    says: [
      'litellm-ha/aws: 1 problem',
      "scope must be an aws-cdk-lib Stack, or a construct in one, got a tree whose root is App; create a Stack with new Stack(new App(), 'Name') and pass that",
    ],
  },
];
