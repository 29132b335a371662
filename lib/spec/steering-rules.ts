import {
  describeInterval,
  listSpreadingPolicies,
  offersInterval,
  selectSteering,
} from '../topology/steering-traits';
import type { Continent } from './multi-region-props';
import type { MultiRegionRule } from './multi-region-rule';
import type { ActiveRegionSpec } from './multi-region-spec';

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
      const offered = selectSteering(target, steering.policy);
      if (offered === null || offersInterval(offered.interval, steering.intervalSeconds)) return [];
      return [
        {
          path: 'steering.intervalSeconds',
          allowed: `be ${describeInterval(offered.interval)} (${offered.interval.source})`,
          got: String(steering.intervalSeconds),
          fix: 'choose one that is offered',
        },
      ];
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
    id: 'steering.continents',
    because: 'DNS that goes by place must know whose clients each region serves, and no two alike.',
    check: (spec, { target }) => {
      if (spec.pattern !== 'active-active' || spec.steering.policy !== 'geolocation') return [];
      if (selectSteering(target, 'geolocation')?.placesBy !== 'continent') return [];
      return [...spec.regions.flatMap(findContinentFaults), ...findSharedContinents(spec.regions)];
    },
  },
];

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
