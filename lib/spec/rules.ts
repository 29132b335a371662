import type { Problem } from '../errors';
import { GATEWAY_ENVIRONMENT } from '../gateway-contract';
import {
  planConnectionBudget,
  planPoolBudget,
  planPoolersBudget,
  RESERVED_CONNECTIONS,
} from '../topology/capacity';
import { parseCidr } from '../topology/cidr';
import type { TargetTraits } from '../topology/target-traits';
import { RANGES } from './ranges';
import type { GatewaySpec, PoolerPools } from './spec';

/** One thing that has to hold for a gateway to be highly available. Its id is stable and listed in `docs/rules.md`. */
export interface Rule {
  readonly id: string;
  /** What breaks without it, for the catalogue. */
  readonly because: string;
  readonly check: (spec: GatewaySpec, traits: TargetTraits) => readonly Omit<Problem, 'rule'>[];
}

/** Secrets that a deployment generates itself, and hands to the gateway under these names. */
const MADE_BY_DEPLOYMENT: readonly string[] = [
  GATEWAY_ENVIRONMENT.masterKey,
  GATEWAY_ENVIRONMENT.databaseUrl,
  GATEWAY_ENVIRONMENT.databaseReaderUrl,
  GATEWAY_ENVIRONMENT.databaseDirectUrl,
  GATEWAY_ENVIRONMENT.redisUserName,
  GATEWAY_ENVIRONMENT.redisPassword,
];

/** All problems of a complete description, in the order of the catalogue. */
export function checkRules(spec: GatewaySpec, traits: TargetTraits): readonly Problem[] {
  return RULES.flatMap((rule) =>
    rule.check(spec, traits).map((problem) => ({ rule: rule.id, ...problem })),
  );
}

/** Every rule, in the order of the catalogue. */
export const RULES: readonly Rule[] = [
  {
    id: 'spec.name',
    because:
      'The name becomes part of DNS labels and of names that clouds cut off at 32 characters.',
    check: (spec) =>
      /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(spec.name)
        ? []
        : [
            {
              path: 'name',
              allowed: 'be a DNS label of at most 20 characters (a–z, 0–9 and dashes inside)',
              got: JSON.stringify(spec.name),
              fix: 'choose a shorter, lower-case name',
            },
          ],
  },
  {
    id: 'spec.range',
    because: 'A whole number outside its range is refused by a cloud later, or promises nothing.',
    check: (spec) =>
      RANGES.flatMap((range) => {
        const value = range.read(spec);
        if (value === null) return [];
        if (Number.isInteger(value) && value >= range.min && value <= range.max) return [];
        const fix = value > range.max ? 'lower it' : value < range.min ? 'raise it' : 'round it';
        return [
          {
            path: range.path,
            allowed: `be a whole number from ${range.min} to ${range.max} (${range.unit})`,
            got: String(value),
            fix,
          },
        ];
      }),
  },
  {
    id: 'network.cidr',
    because:
      'Too small a range runs out of addresses for replicas; too large a one overlaps others.',
    check: (spec) => {
      const range = parseCidr(spec.cidr);
      if (range !== null && range.bits >= 16 && range.bits <= 20) return [];
      return [
        {
          path: 'cidr',
          allowed: 'be an IPv4 range between /16 and /20 without host bits',
          got: JSON.stringify(spec.cidr),
          fix: 'write it like 10.40.0.0/16',
        },
      ];
    },
  },
  {
    id: 'domain.name',
    because: 'Certificates, DNS records and ingress rules take fully qualified host names only.',
    check: (spec) => {
      const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
      if (spec.domainName === null) return [];
      if (new RegExp(`^(${label}\\.)+${label}$`).test(spec.domainName)) return [];
      return [
        {
          path: 'domain.name',
          allowed: 'be a fully qualified host name in lower case',
          got: JSON.stringify(spec.domainName),
          fix: 'write it like api.example.com, without scheme, port or trailing dot',
        },
      ];
    },
  },
  {
    id: 'config.deployments',
    because: 'A gateway without a model answers nothing.',
    check: (spec) =>
      spec.config.deployments.length > 0
        ? []
        : [
            {
              path: 'config.model_list',
              allowed: 'hold at least one model',
              got: 'none',
              fix: 'add an entry with model_name and litellm_params.model',
            },
          ],
  },
  {
    id: 'secrets.covered',
    because:
      'A reference without a value makes the gateway refuse to start, in every replica at once.',
    check: (spec, traits) => {
      if (traits.secretsFrom === 'environment') return [];
      return spec.config.requiredEnvironment
        .filter((name) => !spec.secretNames.includes(name) && !MADE_BY_DEPLOYMENT.includes(name))
        .map((name) => ({
          path: `secrets.${name}`,
          allowed: `be given, because the configuration references os.environ/${name}`,
          got: 'nothing',
          fix: `add ${name} to secrets, or remove the reference`,
        }));
    },
  },
  {
    id: 'autoscaling.order',
    because: 'An autoscaler with more at least than at most never settles.',
    check: (spec) =>
      spec.autoscaling.minReplicas <= spec.autoscaling.maxReplicas
        ? []
        : [
            {
              path: 'autoscaling.maxReplicas',
              allowed: `be at least autoscaling.minReplicas (${spec.autoscaling.minReplicas})`,
              got: String(spec.autoscaling.maxReplicas),
              fix: 'raise it, or lower autoscaling.minReplicas',
            },
          ],
  },
  {
    id: 'autoscaling.replica-per-zone',
    because: 'A zone without a replica is a zone whose loss the others have not been sized for.',
    check: (spec) =>
      spec.autoscaling.minReplicas >= spec.zones
        ? []
        : [
            {
              path: 'autoscaling.minReplicas',
              allowed: `be at least the number of zones (${spec.zones})`,
              got: String(spec.autoscaling.minReplicas),
              fix: 'raise it, or lower zones',
            },
          ],
  },
  {
    id: 'database.connection-budget',
    because:
      'Replicas that cannot connect fail at the busiest hour, when the autoscaler adds them.',
    check: (spec) => [...checkReplicaConnections(spec), ...checkPooledConnections(spec)],
  },
  {
    id: 'backup.window',
    because: 'Clouds refuse a window that is malformed or shorter than half an hour.',
    check: (spec) => {
      const minutes = windowMinutes(spec.backup.window);
      if (minutes !== null && minutes >= 30) return [];
      return [
        {
          path: 'backup.window',
          allowed: 'be hh:mm-hh:mm in UTC, 30 minutes or more',
          got: JSON.stringify(spec.backup.window),
          fix: 'write it like 03:00-04:00',
        },
      ];
    },
  },
  {
    id: 'probe.timeout',
    because: 'A probe that outlasts its interval is counted late, or refused by the load balancer.',
    check: (spec) =>
      spec.probe.timeoutSeconds < spec.probe.intervalSeconds
        ? []
        : [
            {
              path: 'probe.timeoutSeconds',
              allowed: `be less than probe.intervalSeconds (${spec.probe.intervalSeconds})`,
              got: String(spec.probe.timeoutSeconds),
              fix: 'lower it, or raise probe.intervalSeconds',
            },
          ],
  },
  {
    id: 'timers.idle-within-stream',
    because: 'A silence longer than the whole answer can never be seen.',
    check: (spec) =>
      spec.streaming.idleSeconds <= spec.streaming.maxStreamSeconds
        ? []
        : [
            {
              path: 'streaming.idleSeconds',
              allowed: `be at most streaming.maxStreamSeconds (${spec.streaming.maxStreamSeconds})`,
              got: String(spec.streaming.idleSeconds),
              fix: 'lower it, or raise streaming.maxStreamSeconds',
            },
          ],
  },
  {
    id: 'timers.load-balancer',
    because: 'A load balancer that cannot wait this long cuts answers in the middle.',
    check: (spec, traits) =>
      [
        {
          path: 'streaming.idleSeconds',
          value: spec.streaming.idleSeconds,
          bound: traits.maxIdleSeconds,
        },
        {
          path: 'streaming.maxStreamSeconds',
          value: spec.streaming.maxStreamSeconds,
          bound: traits.maxDrainSeconds,
        },
      ]
        .filter(({ value, bound }) => value > bound.value)
        .map(({ path, value, bound }) => ({
          path,
          allowed: `be at most ${bound.value} (${bound.source})`,
          got: String(value),
          fix: 'lower it',
        })),
  },
  {
    id: 'timers.config-timeout',
    because:
      'A call that may last longer than a replica drains is cut at each rollout, and a client sees it as an error.',
    check: (spec) => {
      const bound = spec.streaming.maxStreamSeconds;
      const timeouts = [
        {
          path: 'config.router_settings.timeout',
          seconds: spec.config.router.timeoutSeconds,
        },
        ...spec.config.deployments.map((deployment, index) => ({
          path: `config.model_list[${index}].litellm_params.timeout`,
          seconds: deployment.timeoutSeconds,
        })),
      ];
      return timeouts
        .filter(({ seconds }) => seconds !== null && seconds > bound)
        .map(({ path, seconds }) => ({
          path,
          allowed: `be at most streaming.maxStreamSeconds (${bound})`,
          got: String(seconds),
          fix: `lower it, or raise streaming.maxStreamSeconds to ${seconds}`,
        }));
    },
  },
];

/** Length of `hh:mm-hh:mm`, across midnight too; null when malformed. */
/** Whoever connects to the server itself is counted there. */
function checkReplicaConnections(spec: GatewaySpec): readonly Omit<Problem, 'rule'>[] {
  const { maxConnections, pooler } = spec.database;
  const goesThroughPooler = pooler !== null && (pooler.kind === 'pools' || pooler.serves === 'all');
  if (goesThroughPooler) return [];
  const budget = planConnectionBudget({
    maxReplicas: spec.autoscaling.maxReplicas,
    connectionsPerReplica: spec.config.general.databaseConnectionPoolLimit,
    maxConnections,
  });
  if (budget.needed <= budget.available) return [];
  return [
    {
      path: 'database.maxConnections',
      allowed: `be ${budget.needed} or more (${budget.arithmetic})`,
      got: String(budget.available),
      fix: 'raise it, or lower autoscaling.maxReplicas or general_settings.database_connection_pool_limit',
    },
  ];
}

function checkPooledConnections({ database }: GatewaySpec): readonly Omit<Problem, 'rule'>[] {
  const { maxConnections, pooler } = database;
  switch (pooler?.kind) {
    case undefined:
      return [];
    case 'share':
      return checkShare(pooler.maxConnectionsPercent, maxConnections);
    case 'pools':
      return checkPools(pooler, maxConnections);
  }
}

function checkShare(
  maxConnectionsPercent: number,
  maxConnections: number,
): readonly Omit<Problem, 'rule'>[] {
  const budget = planPoolBudget({ maxConnections, maxConnectionsPercent });
  if (budget.needed <= budget.available) return [];
  const most = Math.floor(((maxConnections - RESERVED_CONNECTIONS) * 100) / maxConnections);
  return [
    {
      path: 'database.pooler.maxConnectionsPercent',
      allowed: `be ${most} or less, because migrations, monitoring and a human go past the pooler (${budget.arithmetic})`,
      got: String(maxConnectionsPercent),
      fix: 'lower it, or raise database.maxConnections',
    },
  ];
}

/** However many replicas there are: the poolers open no more. */
function checkPools(pooler: PoolerPools, maxConnections: number): readonly Omit<Problem, 'rule'>[] {
  const direct = { maxReplicas: 0, connectionsPerReplica: 0 };
  const budget = planPoolersBudget({ pooler, maxConnections, direct });
  if (budget.needed <= budget.available) return [];
  return [
    {
      path: 'database.maxConnections',
      allowed: `be ${budget.needed} or more (${budget.arithmetic})`,
      got: String(budget.available),
      fix: 'raise it',
    },
  ];
}

function windowMinutes(window: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(window);
  if (match === null) return null;
  const [startHour, startMinute, endHour, endMinute] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const length = endHour * 60 + endMinute - (startHour * 60 + startMinute);
  return length < 0 ? length + 24 * 60 : length;
}
