import { SpecError, type Problem } from '../../lib';
import type { AwsHandles } from './resolve-handles';

interface AwsRange {
  readonly path: string;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** Undefined: left out, or not of the kind that was chosen. */
  readonly read: (handles: AwsHandles) => number | undefined;
}

/** Ranges that the documentation of AWS's own props states. The common ones are in `lib/spec/ranges.ts`. */
const RANGES: readonly AwsRange[] = [
  {
    path: 'compute.requestsPerReplica',
    min: 1,
    max: 100_000,
    unit: 'requests per minute and replica',
    read: ({ compute }) => (compute.kind === 'fargate' ? compute.requestsPerReplica : undefined),
  },
  {
    path: 'database.pooler.maxConnectionsPercent',
    min: 1,
    max: 100,
    unit: 'percent',
    read: ({ pooler }) => pooler?.maxConnectionsPercent,
  },
  {
    path: 'database.pooler.borrowTimeoutSeconds',
    min: 1,
    max: 300,
    unit: 'seconds',
    read: ({ pooler }) => pooler?.borrowTimeoutSeconds,
  },
  {
    path: 'database.pooler.idleClientSeconds',
    min: 60,
    max: 28_800,
    unit: 'seconds',
    read: ({ pooler }) => pooler?.idleClientSeconds,
  },
  {
    path: 'cache.shards',
    min: 1,
    max: 90,
    unit: 'shards',
    read: ({ cache }) => (cache.kind === 'cluster' ? cache.shards : undefined),
  },
  {
    path: 'firewall.requestsPerAddress',
    min: 100,
    max: 2_000_000,
    unit: 'requests per five minutes',
    read: ({ firewall }) => (firewall.kind === 'managed' ? firewall.requestsPerAddress : undefined),
  },
  {
    path: 'monitoring.canary.everyMinutes',
    min: 1,
    max: 60,
    unit: 'minutes',
    read: ({ monitoring }) => monitoring.canary?.everyMinutes,
  },
];

/**
 * Checks the numbers that only AWS has.
 *
 * @throws {SpecError} naming each that is out of its range.
 */
export function checkRanges(handles: AwsHandles): AwsHandles {
  const problems = RANGES.flatMap((range): readonly Problem[] => {
    const { path, min, max, unit } = range;
    const value = range.read(handles);
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return [];
    const fix = value > max ? 'lower it' : value < min ? 'raise it' : 'round it';
    const allowed = `be a whole number from ${min} to ${max} (${unit})`;
    return [{ rule: 'aws.range', path, allowed, got: String(value), fix }];
  });
  if (problems.length > 0) throw new SpecError('litellm-ha/aws', problems);
  return handles;
}
