import { GCP_TRAITS, SpecError, resolveSpec, type ResolvedSpec } from '../../lib';
import { DEFAULT_NAME } from '../../lib/spec/defaults';
import type { InstanceGroupProps } from './compute/choice';
import {
  checkCodeBucket,
  checkMachine,
  checkNodeImage,
  warnOfOutsideImages,
} from './compute/compute-rules';
import { accept, type Checked } from './foundation/checked';
import {
  checkAutoscaling,
  checkCacheMemory,
  checkDatabase,
  checkDomain,
  checkNames,
  checkNetwork,
  checkSecrets,
  checkZoneNames,
} from './google-rules';
import type { GoogleSpec } from './google-spec';
import type { GoogleGatewayProps } from './props';

/** A complete description: what it says to every target, and what to Google Cloud alone. */
export interface ResolvedGoogleSpec extends ResolvedSpec {
  readonly google: GoogleSpec;
}

/**
 * Completes a description and checks it against the rules of all targets and those of Google Cloud.
 *
 * @throws {SpecError} naming every broken rule at once.
 */
export function resolveGoogleSpec(props: GoogleGatewayProps): ResolvedGoogleSpec {
  const common = resolveCommonSpec(props);
  const zoneNames = checkZoneNames(props);
  const domain = checkDomain(props);
  const compute: InstanceGroupProps = props.compute ?? {};
  const machine = checkMachine(compute);
  const database = checkDatabase(props);
  const memoryGib = checkCacheMemory(props);
  const secrets = checkSecrets(props);
  const network = checkNetwork(props.network ?? null);
  const problems = [
    ...common.problems,
    ...checkNames(props),
    ...checkCodeBucket(compute),
    ...checkNodeImage(compute),
    ...zoneNames.problems,
    ...domain.problems,
    ...machine.problems,
    ...checkAutoscaling(props),
    ...database.problems,
    ...memoryGib.problems,
    ...secrets.problems,
    ...network.problems,
  ];
  if (
    problems.length > 0 ||
    common.value === null ||
    zoneNames.value === null ||
    domain.value === null ||
    machine.value === null ||
    database.value === null ||
    memoryGib.value === null ||
    secrets.value === null
  ) {
    throw new SpecError(`${props.name ?? DEFAULT_NAME} on gcp`, problems);
  }
  return {
    ...common.value,
    warnings: [
      ...common.value.warnings,
      ...warnOfOutsideImages({ nodeImage: compute.nodeImage, reference: props.image?.reference }),
    ],
    google: {
      placement: {
        name: common.value.spec.name,
        project: props.project,
        region: props.region,
        zoneNames: zoneNames.value,
      },
      domainName: domain.value,
      managedZone: props.domain.managedZone ?? null,
      secrets: secrets.value,
      network: network.value,
      compute: {
        machine: machine.value,
        gatewayScript: compute.gatewayScript ?? null,
        codeBucket: compute.codeBucket ?? null,
        nodeImage: compute.nodeImage ?? null,
      },
      database: database.value,
      cache: { memoryGib: memoryGib.value },
    },
  };
}

/** The rules of all targets speak first, but not alone: a user mends everything in one go. */
function resolveCommonSpec(props: GoogleGatewayProps): Checked<ResolvedSpec> {
  try {
    return accept(resolveSpec(props, GCP_TRAITS));
  } catch (error) {
    if (error instanceof SpecError) return { value: null, problems: error.problems };
    throw error;
  }
}
