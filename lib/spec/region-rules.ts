import { overlaps, parseCidr, type AddressRange } from '../topology/cidr';
import { DEFAULT_STANDBY_MIN_REPLICAS } from './defaults';
import type { MultiRegionRule } from './multi-region-rule';
import { listRegionSpecs, type RegionSpec } from './multi-region-spec';

const MAX_REGIONS = 8;

/** Which regions there are, and how they keep apart. */
export const REGION_RULES: readonly MultiRegionRule[] = [
  {
    id: 'regions.count',
    because:
      'One region is another pattern; more than eight nobody can drill, and each writes to each.',
    check: (spec) => {
      const { length } = listRegionSpecs(spec);
      if (length >= 2 && length <= MAX_REGIONS) return [];
      return [
        {
          path: 'regions',
          allowed: `name 2 to ${MAX_REGIONS} regions`,
          got: String(length),
          fix: length < 2 ? 'add a region, or use SingleRegionHA' : 'remove some',
        },
      ];
    },
  },
  {
    id: 'regions.name',
    because: "A region's name stands in names of resources, in a header and in paths of switches.",
    check: (spec) =>
      listRegionSpecs(spec)
        .filter(({ region }) => !/^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(region))
        .map(({ path, region }) => ({
          path: `${path}.region`,
          allowed: "be the target's name of a region (a–z, 0–9 and dashes inside, at most 30)",
          got: JSON.stringify(region),
          fix: 'write it like us-east-1',
        })),
  },
  {
    id: 'regions.distinct',
    because: 'Two parts in one region are lost together.',
    check: (spec) =>
      pairsOf(listRegionSpecs(spec))
        .filter(([one, other]) => one.region === other.region)
        .map(([one, other]) => ({
          path: `${other.path}.region`,
          allowed: `differ from ${one.path}.region`,
          got: JSON.stringify(other.region),
          fix: 'choose another region, best on another power grid',
        })),
  },
  {
    id: 'regions.cidr-overlap',
    because: 'Networks whose ranges overlap cannot be connected, and replication needs that.',
    check: (spec) =>
      pairsOf(listRegionSpecs(spec)).flatMap(([one, other]) => {
        const range = parseCidr(one.spec.cidr);
        const otherRange = parseCidr(other.spec.cidr);
        if (range === null || otherRange === null || !overlaps(range, otherRange)) return [];
        return [
          {
            path: `${other.path}.cidr`,
            allowed: `not overlap ${one.path}.cidr (${one.spec.cidr}, ${describeRange(range)})`,
            got: other.spec.cidr,
            fix: 'choose a range of its own',
          },
        ];
      }),
  },
  {
    id: 'regions.domain',
    because: 'Clients that know the name of one load balancer cannot be led away from it.',
    check: (spec) =>
      listRegionSpecs(spec).some((region) => region.spec.domainName !== null)
        ? []
        : [
            {
              path: 'domain',
              allowed: 'be given, because it is the name that leads clients to a region',
              got: 'nothing',
              fix: 'pass domain: { name: … }',
            },
          ],
  },
  {
    id: 'standby.warm',
    because:
      'A standby without replicas makes clients wait for capacity at the moment when everybody asks for it.',
    check: (spec) => {
      if (spec.pattern !== 'active-passive') return [];
      const { minReplicas, allowColdStandby } = spec.standby;
      if (minReplicas >= DEFAULT_STANDBY_MIN_REPLICAS || allowColdStandby !== null) return [];
      return [
        {
          path: 'standby.minReplicas',
          allowed: `be ${DEFAULT_STANDBY_MIN_REPLICAS} or more, so that the standby serves the moment traffic arrives`,
          got: String(minReplicas),
          fix: 'raise it, or say in standby.allowColdStandby why clients may wait',
        },
      ];
    },
  },
  {
    id: 'standby.range',
    because: 'A floor above the ceiling never settles, and half a replica does not exist.',
    check: (spec) => {
      if (spec.pattern !== 'active-passive') return [];
      const { minReplicas, spec: ofStandby } = spec.standby;
      const max = ofStandby.autoscaling.maxReplicas;
      if (Number.isInteger(minReplicas) && minReplicas >= 0 && minReplicas <= max) return [];
      return [
        {
          path: 'standby.minReplicas',
          allowed: `be a whole number from 0 to autoscaling.maxReplicas (${max})`,
          got: String(minReplicas),
          fix: minReplicas > max ? 'lower it, or raise autoscaling.maxReplicas' : 'mend it',
        },
      ];
    },
  },
  {
    id: 'standby.cold-reason',
    because: 'Who is called at night wants to read why nothing answers yet.',
    check: (spec) => {
      if (spec.pattern !== 'active-passive' || spec.standby.allowColdStandby === null) return [];
      if (spec.standby.allowColdStandby.trim() !== '') return [];
      return [
        {
          path: 'standby.allowColdStandby',
          allowed: 'say why clients may wait for replicas to start',
          got: JSON.stringify(spec.standby.allowColdStandby),
          fix: 'write the reason, or leave it out',
        },
      ];
    },
  },
];

function pairsOf(regions: readonly RegionSpec[]): readonly (readonly [RegionSpec, RegionSpec])[] {
  return regions.flatMap((one, index) =>
    regions.slice(index + 1).map((other) => [one, other] as const),
  );
}

function describeRange(range: AddressRange): string {
  return `${range.size} addresses`;
}
