import type { Problem } from '../../lib';
import type { DescribedRegion } from './described-region';
import type { MultiRegionProps } from './multi-region-props';

const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
const HEALTH_CHECK = /^[A-Za-z0-9-]{1,64}$/;

/** What holds in one cluster and not in several. */
export function checkPlaces(
  regions: readonly DescribedRegion[],
  props: MultiRegionProps,
): readonly Problem[] {
  return [
    ...regions.flatMap(checkDatabase),
    ...regions.flatMap(checkSecrets),
    ...regions.flatMap(checkNames),
    ...regions.flatMap((region, index) => checkChart(region, regions.slice(0, index))),
    ...regions.flatMap((region) => checkFloor(region, props)),
  ];
}

/** JavaScript has no types to keep Patroni out. */
function checkDatabase({ path, database }: DescribedRegion): readonly Problem[] {
  const kind: string = database.kind;
  if (kind === 'cloud-native-pg' || kind === 'existing') return [];
  return [
    {
      rule: 'k8s.regions.database',
      path: `${path}.database`,
      allowed:
        'be Database.cloudNativePg() or Database.existing(…), which work with several clusters',
      got: JSON.stringify(kind),
      fix: 'choose one of those',
    },
  ];
}

/** Two regions that each make up a salt know none of each other's keys. */
function checkSecrets({ path, plan, secretSource }: DescribedRegion): readonly Problem[] {
  const { secretsOrigin } = plan;
  if (secretsOrigin.kind === 'generated' || secretSource.kind !== 'generated') return [];
  return [
    {
      rule: 'k8s.regions.secrets',
      path: `${path}.secretSource`,
      allowed: `bring the keys of ${secretsOrigin.fromRegion}, because all regions must know the same keys`,
      got: 'Secrets.generated()',
      fix: `use Secrets.external(…), or copy the Secret ${plan.name}-generated of ${secretsOrigin.fromRegion} and name it with Secrets.existing('${plan.name}-generated')`,
    },
  ];
}

function checkNames({
  path,
  props,
  domainName,
  databaseHost,
}: DescribedRegion): readonly Problem[] {
  const hosts = Object.entries({ domainName, databaseHost })
    .filter(([, value]) => !HOST.test(value))
    .map(([field, value]) => ({
      rule: 'k8s.regions.name',
      path: `${path}.${field}`,
      allowed: 'be a fully qualified host name in lower case',
      got: JSON.stringify(value),
      fix: 'write it like us-east-1.api.example.com',
    }));
  if (HEALTH_CHECK.test(props.healthCheckId)) return hosts;
  return [
    ...hosts,
    {
      rule: 'k8s.regions.health-check',
      path: `${path}.healthCheckId`,
      allowed: 'be the id of a health check of Route 53',
      got: JSON.stringify(props.healthCheckId),
      fix: 'make one with: aws route53 create-health-check',
    },
  ];
}

function checkChart(
  { path, props }: DescribedRegion,
  earlier: readonly DescribedRegion[],
): readonly Problem[] {
  const other = earlier.find((each) => each.props.chart === props.chart);
  if (props.chart === undefined || other === undefined) return [];
  return [
    {
      rule: 'k8s.regions.chart',
      path: `${path}.chart`,
      allowed: `differ from ${other.path}.chart, because each cluster is applied a chart of its own`,
      got: `the same chart, ${props.chart.node.id}`,
      fix: 'give each region a chart, or leave it out',
    },
  ];
}

/** Without an alpha feature of the cluster, the autoscaler refuses a floor of none. */
function checkFloor(
  { path, plan }: DescribedRegion,
  { autoscaling }: MultiRegionProps,
): readonly Problem[] {
  if (plan.autoscaling.minReplicas > 0) return [];
  if (autoscaling !== undefined && 'kind' in autoscaling) return [];
  return [
    {
      rule: 'k8s.regions.floor',
      path: `${path}.minReplicas`,
      allowed: 'be 1 or more with a HorizontalPodAutoscaler',
      got: String(plan.autoscaling.minReplicas),
      fix: 'raise it, or use Autoscaling.keda(…)',
    },
  ];
}
