import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** A Deployment as the framework writes it. */
interface DeploymentJson {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly object[] } };
  };
}

/**
 * A Deployment whose kubelet waits before it tells the first container to stop. The types of the framework end at
 * Kubernetes 1.28 and drop what they do not know, patches included, so the wait is added to what they write.
 *
 * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-implementations
 */
export class PatientDeployment extends k8s.KubeDeployment {
  private readonly waitSeconds: number;

  constructor(
    scope: Construct,
    id: string,
    props: k8s.KubeDeploymentProps & { readonly waitSeconds: number },
  ) {
    const { waitSeconds, ...deployment } = props;
    super(scope, id, deployment);
    this.waitSeconds = waitSeconds;
  }

  override toJson(): DeploymentJson {
    const json = super.toJson() as DeploymentJson;
    const { template } = json.spec;
    const [first, ...others] = template.spec.containers;
    const lifecycle = { preStop: { sleep: { seconds: this.waitSeconds } } };
    const containers = [{ ...first, lifecycle }, ...others];
    return {
      ...json,
      spec: { ...json.spec, template: { ...template, spec: { ...template.spec, containers } } },
    };
  }
}
