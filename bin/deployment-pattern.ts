/** The ways to run a gateway that the apps of AWS and Kubernetes know. */
export const DEPLOYMENT_PATTERNS = ['single-region-ha', 'active-passive', 'active-active'] as const;
export type DeploymentPattern = (typeof DEPLOYMENT_PATTERNS)[number];

/** Regions that stand in where the environment names none. */
const EXAMPLE_REGIONS = {
  'single-region-ha': [],
  'active-passive': ['us-east-1', 'us-west-2'],
  'active-active': ['us-east-1', 'eu-west-1', 'ap-southeast-2'],
} as const;

/** The environment, or what stands in for it in a test. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `LITELLM_HA_PATTERN`. */
export function readPattern(env: Environment = process.env): DeploymentPattern {
  const written = env.LITELLM_HA_PATTERN ?? 'single-region-ha';
  const pattern = DEPLOYMENT_PATTERNS.find((each) => each === written);
  if (pattern !== undefined) return pattern;
  throw new Error(
    `LITELLM_HA_PATTERN must be one of ${DEPLOYMENT_PATTERNS.join(', ')}, got ${JSON.stringify(written)}; ` +
      'leave it out for single-region-ha',
  );
}

/** Reads `LITELLM_HA_REGIONS`: regions in their order, with commas between them. */
export function readRegions(
  pattern: 'active-passive' | 'active-active',
  env: Environment = process.env,
): readonly [string, string, ...string[]] {
  const written = splitList(env.LITELLM_HA_REGIONS);
  const [first, second, ...others] = written.length === 0 ? EXAMPLE_REGIONS[pattern] : written;
  const allowed = pattern === 'active-passive' ? 'two regions' : 'two or more regions';
  const tooMany = pattern === 'active-passive' && others.length > 0;
  if (first === undefined || second === undefined || tooMany) {
    throw new Error(
      `LITELLM_HA_REGIONS must name ${allowed} for ${pattern}, got ${written.join(',')}; ` +
        `write them as ${EXAMPLE_REGIONS[pattern].join(',')}`,
    );
  }
  return [first, second, ...others];
}

/** Reads `LITELLM_HA_HEALTH_CHECK_IDS`: of each region, in their order, the id of its health check. */
export function readHealthCheckIds(
  regions: readonly string[],
  env: Environment = process.env,
): ReadonlyMap<string, string> {
  const written = splitList(env.LITELLM_HA_HEALTH_CHECK_IDS);
  if (written.length > 0 && written.length !== regions.length) {
    throw new Error(
      `LITELLM_HA_HEALTH_CHECK_IDS must name one health check for each of ${regions.join(', ')}, got ` +
        `${written.length}; write them in that order with commas between them`,
    );
  }
  return new Map(regions.map((region, index) => [region, written[index] ?? `example-${region}`]));
}

function splitList(written: string | undefined): readonly string[] {
  return (written ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
