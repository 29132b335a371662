import { Stack, Stage, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SpecError, type MultiRegionTopology, type Problem } from '../../lib';
import type { AwsMultiRegionProps, AwsRegionOptions } from './multi-region-props';

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
const DATABASES = { 'shared-writer': 'rds', 'global-database': 'aurora' } as const;

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
    ...findSteeringFault(input),
    ...input.regions.flatMap((region) => findStackFaults(region)),
    ...findSharedStacks(input.regions),
    ...findAccountFault(input.regions),
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
  if (dataMode === 'regional-primaries' || dataMode === 'distributed-sql') {
    return fault({
      path: 'dataMode',
      allowed: `be 'shared-writer' or 'global-database' in these constructs, which do not set up ${product}`,
      got: JSON.stringify(dataMode),
      fix: "choose 'global-database'",
    });
  }
  if (dataMode === 'shared-writer' && topology.pattern === 'active-active') {
    return fault({
      path: 'dataMode',
      allowed:
        "be 'global-database' where all regions serve: replicas of RDS send no writes on, and these constructs connect " +
        'no networks',
      got: JSON.stringify(dataMode),
      fix: "choose 'global-database'",
    });
  }
  const { database } = props;
  if (database === undefined || database.kind === DATABASES[dataMode]) return [];
  return fault({
    path: 'database',
    allowed: `be Database.${DATABASES[dataMode]}() in data mode ${dataMode} (${product})`,
    got: `Database.${database.kind}()`,
    fix: 'leave it out, or choose the other dataMode',
  });
}

function findSteeringFault({ topology }: MultiRegionInput): readonly Problem[] {
  if (topology.routing.policy !== 'anycast') return [];
  return [
    {
      rule: 'aws.steering',
      path: 'steering.policy',
      allowed:
        "be 'latency' or 'geolocation' in these constructs: an accelerator would refer to the load balancers of all " +
        'regions, so that none could be deployed without the others',
      got: "'anycast'",
      fix: "choose 'latency'",
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
