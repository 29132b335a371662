import { Stack, Stage, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type MultiRegionTopology, type Problem, SpecError } from '../../lib';
import { findRegionsLoginFault } from './database/login-rules';
import { resolvePooler } from './database/pooler/rules';
import { isReachedAcross } from './foundation/region-place';
import type { AwsMultiRegionProps, AwsRegionOptions } from './multi-region-props';
import { countUnroutedSubnets } from './network/route-tables';

/** A region's options with where the user wrote them. */
export interface WrittenRegion {
  readonly path: string;
  readonly region: string;
  readonly options: AwsRegionOptions;
}

export interface MultiRegionInput {
  readonly scope: Construct;
  readonly topology: MultiRegionTopology;
  readonly props: AwsMultiRegionProps;
  readonly regions: readonly WrittenRegion[];
}

/** What keeps the data of each mode that is built. */
const DATABASES = {
  'shared-writer': 'rds',
  'global-database': 'aurora',
  'regional-primaries': 'rds',
  'distributed-sql': 'distributed',
} as const;

/**
 * Checks what only AWS can refuse of a gateway in several regions.
 *
 * @throws {SpecError} naming every fault at once.
 */
export function checkMultiRegion(input: MultiRegionInput): void {
  const problems = [
    ...findScopeFault(input),
    ...findZoneFault(input),
    ...findDatabaseFaults(input),
    ...findImageFaults(input),
    ...findPoolerFault(input),
    ...findRegionsLoginFault(input.props.database),
    ...input.regions.flatMap((region) => findStackFaults(region)),
    ...findSharedStacks(input.regions),
    ...findUnroutedNetworks(input),
    ...findSharedCaches(input),
    ...findAccountFault(input.regions),
    ...findPlanFaults(input),
  ];
  if (problems.length > 0) throw new SpecError(`${input.topology.name} on aws`, problems);
}

function findScopeFault({ scope }: MultiRegionInput): readonly Problem[] {
  if (scope.node.scopes.some((each) => Stage.isStage(each))) return [];
  return [
    {
      rule: 'aws.app',
      path: 'scope',
      allowed: 'be an aws-cdk-lib App or Stage, or a construct in one',
      got: `a tree whose root is ${scope.node.root.constructor.name}`,
      fix: 'pass new App()',
    },
  ];
}

function findZoneFault({ props }: MultiRegionInput): readonly Problem[] {
  if (!Token.isUnresolved(props.domain.zone.hostedZoneId)) return [];
  return [
    {
      rule: 'aws.zone',
      path: 'domain.zone',
      allowed: 'have an id that is known, because no region may depend on a stack that makes it',
      got: 'a zone that a stack makes',
      fix: 'write its hostedZoneId and zoneName',
    },
  ];
}

function findDatabaseFaults({ topology, props }: MultiRegionInput): readonly Problem[] {
  const { dataMode, product } = topology.replication;
  const fault = (problem: Omit<Problem, 'rule'>): readonly Problem[] => [
    { rule: 'aws.data-mode', ...problem },
  ];
  const { database } = props;
  if (database === undefined || database.kind === DATABASES[dataMode]) return [];
  return fault({
    path: 'database',
    allowed: `be Database.${DATABASES[dataMode]}() in data mode ${dataMode} (${product})`,
    got: `Database.${database.kind}()`,
    fix: 'leave it out, or choose the other dataMode',
  });
}

/** LiteLLM's own images, by whichever registry: what stands between the last slash and the tag. */
const LITELLM_IMAGE = /^(?:.*\/)?(?:berriai|litellm)\/litellm[^/]*$/i;

/** Why LiteLLM's own image does not go with a data mode. */
const LITELLM_IMAGE_FAULTS: readonly {
  readonly dataMode: keyof typeof DATABASES;
  readonly path: string;
  readonly because: (product: string) => string;
}[] = [
  {
    // What LiteLLM keeps in tables of its own is changed and deleted: two regions would do so at once.
    dataMode: 'regional-primaries',
    path: 'image.reference',
    because: () =>
      "rows of LiteLLM's own tables are changed, and regions exchange only rows that never are",
  },
  {
    // What Aurora DSQL leaves out of PostgreSQL, LiteLLM's tables are made of.
    dataMode: 'distributed-sql',
    path: 'image',
    because: (product) =>
      `${product} has neither the foreign keys of LiteLLM's tables nor the locks of its migrations, and takes no password`,
  },
];

function findImageFaults({ topology }: MultiRegionInput): readonly Problem[] {
  const { dataMode, product } = topology.replication;
  const references = topology.regions.flatMap(({ compute: { image } }) =>
    image.kind === 'registry' && LITELLM_IMAGE.test(image.reference) ? [image.reference] : [],
  );
  return LITELLM_IMAGE_FAULTS.filter((fault) => fault.dataMode === dataMode).flatMap((fault) =>
    [...new Set(references)].map((got) => ({
      rule: 'aws.image',
      path: fault.path,
      allowed: `run the gateway of this package in data mode ${dataMode}, because ${fault.because(product)}`,
      got,
      fix: "leave it out, or choose 'global-database'",
    })),
  );
}

function findPoolerFault({ props }: MultiRegionInput): readonly Problem[] {
  if (resolvePooler(props.database) === null) return [];
  return [
    {
      rule: 'aws.pooler',
      path: 'database.pooler',
      allowed:
        'be left out where there are several regions: a failover promotes servers and leads replicas to them by their own ' +
        'addresses, while a proxy stays with the server it was made for',
      got: 'Pooler.rdsProxy()',
      fix: 'leave it out: what replicas can open at most is checked against database.maxConnections',
    },
  ];
}

function findStackFaults({ path, region, options }: WrittenRegion): readonly Problem[] {
  const { stack } = options;
  if (stack === undefined || stack.region === region) return [];
  return [
    {
      rule: 'aws.stack-region',
      path: `${path}.stack`,
      allowed: `be a stack of ${region}`,
      got: Token.isUnresolved(stack.region) ? 'one that names no region' : `one of ${stack.region}`,
      fix: `create it with env: { region: '${region}' }`,
    },
  ];
}

/** Two regions in one stack would be one region. */
function findSharedStacks(regions: readonly WrittenRegion[]): readonly Problem[] {
  return regions.flatMap(({ path, options: { stack } }, index) =>
    stack !== undefined && regions.slice(0, index).some(({ options }) => options.stack === stack)
      ? [
          {
            rule: 'aws.stack-shared',
            path: `${path}.stack`,
            allowed: 'be a stack of its own, because each region is deployed without the others',
            got: stack.stackName,
            fix: 'create a stack for each region',
          },
        ]
      : [],
  );
}

/** Where networks are connected, ways to the others are written into the tables of each, also of one that is brought. */
function findUnroutedNetworks({ topology, regions }: MultiRegionInput): readonly Problem[] {
  if (!isReachedAcross(topology)) return [];
  return regions.flatMap(({ path, options: { vpc } }) => {
    const unrouted = vpc === undefined ? 0 : countUnroutedSubnets(vpc);
    if (unrouted === 0) return [];
    return [
      {
        rule: 'aws.link-routes',
        path: `${path}.vpc`,
        allowed: `know the route table of each private and isolated subnet in data mode ${topology.replication.dataMode}, which connects the networks of all regions`,
        got: `${unrouted} subnets without one`,
        fix: 'import it with privateSubnetRouteTableIds and isolatedSubnetRouteTableIds',
      },
    ];
  });
}

/** Regions find each other by names that hold the account. */
function findAccountFault(regions: readonly WrittenRegion[]): readonly Problem[] {
  const accounts = new Set(
    regions.flatMap(({ options: { stack } }) =>
      stack === undefined || Token.isUnresolved(stack.account) ? [] : [Stack.of(stack).account],
    ),
  );
  if (accounts.size <= 1) return [];
  return [
    {
      rule: 'aws.account',
      path: 'stack',
      allowed:
        'be of the same account in every region, because regions find each other by names in it',
      got: [...accounts].join(' and '),
      fix: 'create all of them in one account',
    },
  ];
}

/** What all share would be far from all but one, and lost with that one. */
function findSharedCaches({ props, regions }: MultiRegionInput): readonly Problem[] {
  const brought = regions.flatMap(({ path, region, options }) => {
    const cache = options.cache ?? props.cache;
    return cache?.kind === 'existing' ? [{ path, region, host: cache.host }] : [];
  });
  return brought.flatMap(({ path, host }, index) => {
    const other = brought.slice(0, index).find((each) => each.host === host);
    if (other === undefined) return [];
    return [
      {
        rule: 'aws.cache-shared',
        path: `${path}.cache`,
        allowed:
          'be a cache of that region, because a gateway counts wherever it serves, also when other regions are lost',
        got: `the one of ${other.region}`,
        fix: 'name one of its own, or leave it out and one is created',
      },
    ];
  });
}

/** @see ARC API Reference, "Plan": regions, a fixed number of two items */
const REGIONS_OF_A_PLAN = 2;

function findPlanFaults({ topology, props }: MultiRegionInput): readonly Problem[] {
  const plan = props.failover?.plan;
  if (plan === undefined) return [];
  const count = topology.regions.length;
  const { approvedBy } = plan;
  return [
    ...(count === REGIONS_OF_A_PLAN
      ? []
      : [
          {
            rule: 'aws.region-switch-plan',
            path: 'failover.plan',
            allowed:
              'be left out with more than two regions: a plan of ARC Region switch spans two',
            got: `${count} regions`,
            fix: 'leave it out; the machines of Step Functions lead any number',
          },
        ]),
    ...(approvedBy === undefined || /^[\w+=,.@/-]+$/.test(approvedBy)
      ? []
      : [
          {
            rule: 'aws.region-switch-plan',
            path: 'failover.plan.approvedBy',
            allowed: 'be the name of a role, with its path',
            got: JSON.stringify(approvedBy),
            fix: 'write what follows `role/` in its ARN',
          },
        ]),
  ];
}
