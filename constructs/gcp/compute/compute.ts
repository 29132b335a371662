import { ComputeHealthCheck } from '@cdktf/provider-google/lib/compute-health-check';
import { ComputeInstanceTemplate } from '@cdktf/provider-google/lib/compute-instance-template';
import { ComputeRegionInstanceGroupManager } from '@cdktf/provider-google/lib/compute-region-instance-group-manager';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member';
import { Construct } from 'constructs';
import {
  type ComputeOutputs,
  type ComputePlan,
  GatewayConfig,
  type Problem,
  SpecError,
} from '../../../lib';
import { planModelAccess } from '../../../lib/config/model-access';
import type { Cache } from '../cache/cache';
import type { Database } from '../database/database';
import { INITIALIZATION_SECONDS } from '../defaults';
import type { Placement } from '../foundation/placement';
import type { Network } from '../network/network';
import type { GivenSecret } from '../secrets/given-secret';
import type { Secrets } from '../secrets/secrets';
import type { InstanceGroupChoice, InstanceGroupProps, InstanceGroupSpec } from './choice';
import { GatewayCode } from './gateway-code';
import type { MachineType } from './machine-type';
import { NodeImage } from './node-image';
import { METADATA_URL, SECRET_MANAGER_URL, STORAGE_URL } from './prepare-script';
import {
  type DataTier,
  planLateFiles,
  planReplicaEnvironment,
  planSecretEntries,
} from './replica-environment';
import { METADATA_VALUE_BYTES, type ReplicaProgram, renderUserData } from './replica-metadata';

export interface ComputeBlockProps {
  readonly plan: ComputePlan;
  readonly placement: Placement;
  readonly instanceGroup: InstanceGroupSpec;
  readonly given: readonly GivenSecret[];
  readonly network: Network;
  readonly secrets: Secrets;
  readonly database: Database;
  readonly cache: Cache;
}

/** Addresses and certificates replace short placeholders at apply. */
const LATE_BOUND_BYTES = 24 * 1024;

/**
 * The replicas of the gateway: machines of a regional managed instance group on Container-Optimized OS, one replica each,
 * spread evenly over the zones. A rollout adds a machine per zone before it takes one away, and the load balancer drains
 * machines that leave.
 *
 * Costs: the machines, by the second. Survives the loss of any machine, which is healed, and of any zone. Does not survive
 * the loss of the region. An image that is brought from Artifact Registry needs `roles/artifactregistry.reader` for
 * `secrets.reader`.
 */
export class Compute extends Construct implements ComputeOutputs {
  readonly workloadName: string;
  readonly machine: MachineType;
  /** Share of the machine that the replica may use. */
  readonly cpuMillicores: number;
  readonly resource: ComputeRegionInstanceGroupManager;
  readonly template: ComputeInstanceTemplate;
  /** Null: an image holds the gateway. */
  readonly code: GatewayCode | null;
  readonly nodeImage: NodeImage;

  /** Replicas as machines of a regional managed instance group; the choice of `compute`. */
  static instanceGroup(props: InstanceGroupProps = {}): InstanceGroupChoice {
    return { kind: 'instance-group', ...props };
  }

  constructor(scope: Construct, id: string, props: ComputeBlockProps) {
    super(scope, id);
    this.machine = props.instanceGroup.machine;
    this.cpuMillicores = props.plan.cpuMillicores;
    this.grantTelemetry(props);
    this.code = this.createCode(props);
    this.nodeImage = new NodeImage(this, 'NodeImage', {
      placement: props.placement,
      existing: props.instanceGroup.nodeImage,
      reader: props.secrets.reader.member,
    });
    this.template = this.createTemplate(props);
    this.grantModels(props);
    this.resource = this.createGroup(props, this.createLivenessCheck(props));
    this.workloadName = this.resource.name;
  }

  private grantTelemetry(props: ComputeBlockProps): void {
    for (const [id, role] of [
      ['WriteLogs', 'roles/logging.logWriter'],
      ['WriteMetrics', 'roles/monitoring.metricWriter'],
    ] as const) {
      const { project } = props.placement;
      new ProjectIamMember(this, id, { project, role, member: props.secrets.reader.member });
    }
  }

  /** Lets replicas ask the models on Vertex AI that the configuration names, in the projects that it names. */
  private grantModels({ plan, placement, secrets }: ComputeBlockProps): void {
    const { deployments } = GatewayConfig.fromYaml(plan.configYaml);
    const named = planModelAccess(deployments).vertex.map((each) => each.project);
    for (const project of new Set(named.map((name) => name ?? placement.project))) {
      const id = project === placement.project ? 'AskModels' : `AskModels-${project}`;
      const role = 'roles/aiplatform.user';
      new ProjectIamMember(this, id, { project, role, member: secrets.reader.member });
    }
  }

  private createCode({
    plan,
    placement,
    instanceGroup,
    secrets,
  }: ComputeBlockProps): GatewayCode | null {
    if (plan.image.kind === 'registry') return null;
    return new GatewayCode(this, 'Code', {
      placement,
      script: instanceGroup.gatewayScript,
      existingBucket: instanceGroup.codeBucket,
      reader: secrets.reader.member,
    });
  }

  private createTemplate(props: ComputeBlockProps): ComputeInstanceTemplate {
    const { placement, network, secrets, instanceGroup } = props;
    return new ComputeInstanceTemplate(this, 'Template', {
      namePrefix: `${placement.name}-`,
      project: placement.project,
      region: placement.region,
      machineType: instanceGroup.machine.name,
      tags: [network.replicaTag],
      disk: [
        {
          // A family, so that each new machine starts with the newest security fixes.
          sourceImage: 'projects/cos-cloud/global/images/family/cos-stable',
          boot: true,
          autoDelete: true,
          diskType: 'pd-balanced',
          diskSizeGb: 20,
        },
      ],
      networkInterface: [{ subnetwork: network.subnetworkId }],
      serviceAccount: {
        email: secrets.reader.email,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
      shieldedInstanceConfig: {
        enableSecureBoot: true,
        enableVtpm: true,
        enableIntegrityMonitoring: true,
      },
      scheduling: { automaticRestart: true, onHostMaintenance: 'MIGRATE' },
      metadata: {
        'user-data': renderReplica(props, this.code, this.nodeImage),
        'enable-oslogin': 'TRUE',
        'block-project-ssh-keys': 'TRUE',
        'google-logging-enabled': 'true',
        'google-monitoring-enabled': 'true',
      },
      // A template cannot be changed: the group moves to the new one before the old one goes.
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /** Asks liveness, not readiness: a replica that drains is well, and must not be replaced while streams are open. */
  private createLivenessCheck(props: ComputeBlockProps): ComputeHealthCheck {
    const { plan, placement } = props;
    return new ComputeHealthCheck(this, 'LivenessCheck', {
      name: `${placement.name}-liveness`,
      project: placement.project,
      checkIntervalSec: 10,
      timeoutSec: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 6,
      httpHealthCheck: { port: plan.port, requestPath: plan.livenessPath },
    });
  }

  private createGroup(
    props: ComputeBlockProps,
    livenessCheck: ComputeHealthCheck,
  ): ComputeRegionInstanceGroupManager {
    const { plan, placement, network, secrets, cache } = props;
    return new ComputeRegionInstanceGroupManager(this, 'Resource', {
      name: `${placement.name}-replicas`,
      project: placement.project,
      region: placement.region,
      baseInstanceName: placement.name,
      distributionPolicyZones: [...placement.zoneNames],
      distributionPolicyTargetShape: 'EVEN',
      version: [{ instanceTemplate: this.template.selfLinkUnique }],
      namedPort: [{ name: REPLICA_PORT_NAME, port: plan.port }],
      autoHealingPolicies: {
        healthCheck: livenessCheck.id,
        initialDelaySec: INITIALIZATION_SECONDS + 120,
      },
      updatePolicy: {
        type: 'PROACTIVE',
        minimalAction: 'REPLACE',
        replacementMethod: 'SUBSTITUTE',
        instanceRedistributionType: 'PROACTIVE',
        // Google takes fixed numbers of at least the number of zones, or zero.
        maxSurgeFixed: placement.zoneNames.length,
        maxUnavailableFixed: 0,
      },
      dependsOn: [
        ...network.egress,
        ...secrets.ready,
        cache.password,
        ...(this.code?.ready ?? []),
        ...this.nodeImage.ready,
      ],
    });
  }
}

/** By this name the load balancer finds the port of a replica. */
export const REPLICA_PORT_NAME = 'http';

/** @throws {SpecError} when the configuration does not fit into a machine's metadata. */
function renderReplica(
  props: ComputeBlockProps,
  code: GatewayCode | null,
  nodeImage: NodeImage,
): string {
  const { plan, database, cache, secrets, placement } = props;
  const program = chooseProgram(plan, code);
  const dataTier: DataTier = { database, cache };
  const userData = renderUserData({
    program,
    nodeImage: nodeImage.reference,
    configYaml: plan.configYaml,
    port: plan.port,
    cpuMillicores: plan.cpuMillicores,
    memoryMib: plan.memoryMib,
    graceSeconds: plan.timers.graceSeconds,
    environment: planReplicaEnvironment(plan, placement, dataTier),
    secrets: planSecretEntries({ ...dataTier, secrets, program, given: props.given }),
    metadataUrl: METADATA_URL,
    secretManagerUrl: SECRET_MANAGER_URL,
    storageUrl: STORAGE_URL,
    lateFiles: planLateFiles(dataTier),
  });
  const problems = checkUserDataSize(userData);
  if (problems.length > 0) throw new SpecError(`${plan.name} on gcp`, problems);
  return userData;
}

function checkUserDataSize(userData: string): readonly Problem[] {
  const bytes = Buffer.byteLength(userData);
  const roomBytes = METADATA_VALUE_BYTES - LATE_BOUND_BYTES;
  if (bytes <= roomBytes) return [];
  return [
    {
      rule: 'gcp.metadata-size',
      path: 'config',
      allowed: `leave the configuration within ${roomBytes} bytes of a machine's metadata, packed`,
      got: `${bytes} bytes`,
      fix: 'shorten the configuration',
    },
  ];
}

function chooseProgram({ image }: ComputePlan, code: GatewayCode | null): ReplicaProgram {
  if (image.kind === 'registry') return { kind: 'image', reference: image.reference };
  if (code === null) throw new Error('a gateway of this package has no code');
  return { kind: 'script', code: code.location };
}
