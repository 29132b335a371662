import type { Construct } from 'constructs';
import { GatewayConfig } from '../../../lib';
import { planModelAccess } from '../../../lib/config/model-access';
import { requirePeers } from '../../../lib/require-peers';
import { DEFAULT_LOAD_BALANCER_CONTROLLER, DEFAULT_REQUESTS_PER_REPLICA } from '../defaults';
import type { ComputeChoice } from './choice';
import type { ComputeBlockProps } from './compute';
import type * as eks from './eks/workload';
import { FargateService } from './fargate/service';
import { grantModels } from './model-access';

/** What stands behind the words of `Compute`; `kind` tells which. */
export type ComputeInUse = eks.EksWorkload | FargateService;

export function createCompute(
  scope: Construct,
  target: ComputeChoice,
  props: Omit<ComputeBlockProps, 'gatewayFolder'>,
): ComputeInUse {
  const common = { ...props, gatewayFolder: target.gatewayFolder ?? null };
  const compute = createReplicas(scope, target, common);
  const { deployments } = GatewayConfig.fromYaml(props.plan.configYaml);
  grantModels(compute.role, planModelAccess(deployments));
  return compute;
}

function createReplicas(
  scope: Construct,
  target: ComputeChoice,
  common: ComputeBlockProps,
): ComputeInUse {
  switch (target.kind) {
    case 'eks':
      return new (loadEks().EksWorkload)(scope, 'Compute', {
        ...common,
        cluster: target.cluster ?? null,
        loadBalancerController: target.loadBalancerController ?? DEFAULT_LOAD_BALANCER_CONTROLLER,
      });
    case 'fargate':
      return new FargateService(scope, 'Compute', {
        ...common,
        cluster: target.cluster ?? null,
        requestsPerReplica: target.requestsPerReplica ?? DEFAULT_REQUESTS_PER_REPLICA,
      });
  }
}

/** Loaded where it is chosen: who runs on Fargate needs no framework for Kubernetes. */
function loadEks(): typeof eks {
  requirePeers({
    by: 'Compute.eks()',
    peers: ['cdk8s', 'cdk8s-plus-28'],
    resolve: (name) => require.resolve(name),
  });
  return require('./eks/workload') as typeof eks;
}
