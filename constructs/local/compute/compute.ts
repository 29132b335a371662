import {
  type ComputeOutputs,
  type ComputePlan,
  GATEWAY_ENVIRONMENT,
  type GatewayConfig,
  SpecError,
} from '../../../lib';
import type { LocalCompute } from '../foundation/local-plan';
import type { Network } from '../network/network';

/**
 * The replicas of the gateway, one process each; what dies is started again.
 *
 * Costs about 70 MB of memory per replica. Survives the death of all but one of them; a request under way on the one that
 * dies is lost. Nothing scales: the number of replicas is the description's minimum.
 */
export class Compute implements ComputeOutputs {
  readonly resource: LocalCompute;
  readonly workloadName: string;

  constructor(props: {
    readonly plan: ComputePlan;
    readonly network: Network;
    readonly minReplicas: number;
    readonly config: GatewayConfig;
    /** Read by the replicas in the place of the plan's configuration; null: the plan's. */
    readonly configText: string | null;
  }) {
    const { plan, network, config } = props;
    if (plan.image.kind === 'registry') throw imageError(plan.image.reference);
    this.resource = {
      replicas: network.gateways(props.minReplicas),
      readinessPath: plan.readinessPath,
      configYaml: props.configText ?? plan.configYaml,
      environment: planEnvironment(plan, network),
      environmentFrom: config.requiredEnvironment,
      exampleModel: selectExampleModel(config),
      drainSeconds: plan.timers.drainSeconds,
      graceSeconds: plan.timers.graceSeconds,
    };
    this.workloadName = plan.name;
  }
}

function planEnvironment(plan: ComputePlan, network: Network): Readonly<Record<string, string>> {
  // The supervisor gives each replica its own port.
  const { [GATEWAY_ENVIRONMENT.port]: _port, ...shared } = plan.environment;
  return {
    ...shared,
    [GATEWAY_ENVIRONMENT.host]: network.host,
    [GATEWAY_ENVIRONMENT.region]: plan.regionName ?? 'local',
    // Load balancer and replicas are stopped by the same supervisor, in order: nobody has to find out by probing.
    [GATEWAY_ENVIRONMENT.propagationSeconds]: '0',
  };
}

/** One that can be simulated, so that it answers on a machine without any key; names with a star match, but name nothing. */
function selectExampleModel(config: GatewayConfig): string {
  const named = config.deployments.filter(({ modelName }) => !modelName.includes('*'));
  const simulated = named.find(({ provider }) => provider === 'openai' || provider === 'azure');
  return (simulated ?? named[0])?.modelName ?? 'gpt-4o';
}

function imageError(reference: string): SpecError {
  return new SpecError('local', [
    {
      rule: 'local.image',
      path: 'image.reference',
      allowed: 'be left out on this machine, which runs processes and no containers',
      got: JSON.stringify(reference),
      fix: 'leave image out, or run the image on the k8s target',
    },
  ]);
}
