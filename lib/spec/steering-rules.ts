import {
  describeInterval,
  listSpreadingPolicies,
  offersInterval,
  selectSteering,
} from '../topology/steering-traits';
import { selectDataMode } from '../topology/data-modes';
import type { TargetTraits } from '../topology/target-traits';
import type { Continent } from './multi-region-props';
import type { MultiRegionRule } from './multi-region-rule';
import { listRegionSpecs, type ActiveActiveSpec, type ActiveRegionSpec } from './multi-region-spec';

const CONTINENTS: readonly Continent[] = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'];

/** How clients are led to a region and away from it. */
export const STEERING_RULES: readonly MultiRegionRule[] = [
  {
    id: 'steering.policy',
    because: 'A way that the target does not offer leads nobody anywhere.',
    check: ({ steering }, { target }) => {
      if (selectSteering(target, steering.policy) !== null) return [];
      return [
        {
          path: 'steering.policy',
          allowed: `be offered by ${target}: ${listSpreadingPolicies(target).join(', ')}`,
          got: JSON.stringify(steering.policy),
          fix: 'choose one of those',
        },
      ];
    },
  },
  {
    id: 'steering.interval',
    because: 'Health checks offer certain intervals and refuse all others.',
    check: ({ steering }, { target }) => {
      const interval = selectSteering(target, steering.policy)?.interval;
      if (interval === undefined || interval.kind === 'inherited') return [];
      if (offersInterval(interval, steering.intervalSeconds)) return [];
      return [
        {
          path: 'steering.intervalSeconds',
          allowed: `be ${describeInterval(interval)} (${interval.source})`,
          got: String(steering.intervalSeconds),
          fix: 'choose one that is offered',
        },
      ];
    },
  },
  {
    id: 'steering.probe',
    because: 'Where nobody probes but the load balancers of the regions, another pace is a wish.',
    check: (spec, { target }) => {
      const interval = selectSteering(target, spec.steering.policy)?.interval;
      const [first] = listRegionSpecs(spec);
      if (interval?.kind !== 'inherited' || first === undefined) return [];
      const { probe } = first.spec;
      return [
        ['intervalSeconds', probe.intervalSeconds, 'intervalSeconds'] as const,
        ['failureThreshold', probe.unhealthyThreshold, 'unhealthyThreshold'] as const,
      ].flatMap(([path, value, origin]) =>
        spec.steering[path] === value
          ? []
          : [
              {
                path: `steering.${path}`,
                allowed: `be ${value}, as probe.${origin} is (${interval.source})`,
                got: String(spec.steering[path]),
                fix: `leave it out, or change probe.${origin}`,
              },
            ],
      );
    },
  },
  {
    id: 'steering.threshold',
    because: 'One failed probe is a lost packet; more than ten leave clients with a dead region.',
    check: ({ steering: { failureThreshold } }) =>
      Number.isInteger(failureThreshold) && failureThreshold >= 2 && failureThreshold <= 10
        ? []
        : [
            {
              path: 'steering.failureThreshold',
              allowed: 'be a whole number from 2 to 10 (probes)',
              got: String(failureThreshold),
              fix: 'choose 3',
            },
          ],
  },
  {
    id: 'steering.ttl',
    because:
      'A client that keeps an answer too long stays with the lost region; where the target decides, no wish counts.',
    check: ({ steering: { policy, ttlSeconds } }, { target }) => {
      const fixed = selectSteering(target, policy)?.fixedTtlSeconds ?? null;
      if (fixed !== null) {
        if (ttlSeconds === fixed.value) return [];
        return [
          {
            path: 'steering.ttlSeconds',
            allowed: `be ${fixed.value} (${fixed.source})`,
            got: String(ttlSeconds),
            fix: 'leave it out',
          },
        ];
      }
      if (Number.isInteger(ttlSeconds) && ttlSeconds >= 5 && ttlSeconds <= 300) return [];
      return [
        {
          path: 'steering.ttlSeconds',
          allowed: 'be a whole number from 5 to 300 (seconds)',
          got: String(ttlSeconds),
          fix: 'choose 60',
        },
      ];
    },
  },
  {
    id: 'steering.idle',
    because: 'Whoever stands in the way of a connection cuts it after a silence of its own.',
    check: (spec, { target }) => {
      const most = selectSteering(target, spec.steering.policy)?.maxIdleSeconds ?? null;
      const [first] = listRegionSpecs(spec);
      if (most === null || first === undefined) return [];
      const { idleSeconds } = first.spec.streaming;
      if (idleSeconds <= most.value) return [];
      return [
        {
          path: 'streaming.idleSeconds',
          allowed: `be at most ${most.value} with steering.policy ${JSON.stringify(spec.steering.policy)} (${most.source})`,
          got: String(idleSeconds),
          fix: 'lower it, or choose another steering.policy',
        },
      ];
    },
  },
  {
    id: 'steering.home',
    because:
      'A writer that is lost together with what would close its region takes writes again as soon as it is back.',
    check: (spec, { target }) => {
      const closing = selectSteering(target, spec.steering.policy)?.closing;
      if (spec.pattern !== 'active-active' || closing?.kind !== 'setting') return [];
      const { home, service } = closing;
      const writer = selectWriter(spec, target);
      if (writer?.region !== home) return [];
      return [
        {
          path: spec.writerRegion === null ? `${writer.path}.region` : 'writerRegion',
          allowed: `be another region than ${home}, where alone ${service} is answered: lost together with it, the region could not be closed`,
          got: JSON.stringify(home),
          fix: 'let another region take the writes, or choose another steering.policy',
        },
      ];
    },
  },
  {
    id: 'steering.continents',
    because: 'DNS that goes by place must know whose clients each region serves, and no two alike.',
    check: (spec, { target }) => {
      if (spec.pattern !== 'active-active' || spec.steering.policy !== 'geolocation') return [];
      if (selectSteering(target, 'geolocation')?.placesBy !== 'continent') return [];
      return [...spec.regions.flatMap(findContinentFaults), ...findSharedContinents(spec.regions)];
    },
  },
];

/** Null: every region writes. */
function selectWriter(
  { dataMode, regions, writerRegion }: ActiveActiveSpec,
  target: TargetTraits['target'],
): ActiveRegionSpec | null {
  if (selectDataMode(target, dataMode)?.writers !== 'one') return null;
  return regions.find(({ region }) => region === writerRegion) ?? regions[0] ?? null;
}

function findContinentFaults({ path, continents }: ActiveRegionSpec) {
  const unknown = continents.filter((continent) => !CONTINENTS.includes(continent));
  if (continents.length > 0 && unknown.length === 0) return [];
  return [
    {
      path: `${path}.continents`,
      allowed: `name at least one of ${CONTINENTS.join(', ')}`,
      got: continents.length === 0 ? 'none' : unknown.join(', '),
      fix: 'say whose clients are led here',
    },
  ];
}

function findSharedContinents(regions: readonly ActiveRegionSpec[]) {
  return regions.flatMap((region, index) =>
    regions.slice(0, index).flatMap((earlier) =>
      region.continents
        .filter((continent) => earlier.continents.includes(continent))
        .map((continent) => ({
          path: `${region.path}.continents`,
          allowed: `not repeat a continent of ${earlier.path}`,
          got: continent,
          fix: 'give each continent to one region',
        })),
    ),
  );
}
