import type { AutoscalingPlan, ComputePlan } from '../../../../lib/blocks';
import type { PodChoices } from '../../foundation/pod-choices';
import type { SecretKeyReference } from '../../foundation/secret-key-reference';
import type { SpreadChoice } from '../../foundation/spread';
import type { ServiceChoice } from './service';

/** The replicas of the gateway on any Kubernetes cluster: one of our own, EKS or GKE. */
export interface WorkloadProps {
  readonly compute: ComputePlan;
  readonly autoscaling: AutoscalingPlan;
  readonly namespace: string;
  /** Full reference of the image. */
  readonly image: string;
  /** Where the gateway comes from: a script mounted next to a stock Node image, or the image's own entry point. */
  readonly program: WorkloadProgram;
  /** Environment beyond that of the plan. May use `$(NAME)` for names of `secretEnvironment`. May be late-bound. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secretEnvironment: Readonly<Record<string, SecretKeyReference>>;
  /** Secrets Store CSI volume to mount, so that the driver copies its secrets; null where nothing is copied. */
  readonly secretProviderClass: string | null;
  /**
   * Who owns the number of replicas.
   *
   * @default - a HorizontalPodAutoscaler, made here
   */
  readonly scaler?: 'horizontal' | 'elsewhere';
  /**
   * Where each replica keeps what must outlive a restart of its process.
   *
   * @default - 512 MiB of the machine's disk
   */
  readonly dataVolume?: DataVolume;
  /**
   * How replicas are kept apart.
   *
   * @default - over zones strictly, since EKS and GKE label each node with its zone
   */
  readonly spread?: SpreadChoice;
  /**
   * What pods are told beyond what they need.
   *
   * @default - nothing
   */
  readonly pod?: PodChoices;
  /**
   * How the Service is reached from outside of the cluster.
   *
   * @default - not at all
   */
  readonly service?: ServiceChoice;
  /**
   * ConfigMap that an operator makes to keep clients out of this region: key `state`, `serving` or `away`. While there is
   * none, the region serves. Null: there is no other region to serve them.
   *
   * @default null
   */
  readonly regionSwitchName?: string | null;
  /**
   * Annotations of the Deployment.
   *
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Both live as long as their pod: a replica that is gone for good is written off by the others. */
export type DataVolume =
  | {
      readonly kind: 'empty-dir';
      /**
       * What the replica may write. A pod that writes more is evicted.
       *
       * Unit: MiB.
       */
      readonly sizeMib: number;
    }
  | {
      readonly kind: 'claim';
      /**
       * Size of a volume of its own for each replica.
       *
       * Unit: GiB.
       */
      readonly storageGib: number;
      /**
       * Storage class of the volume.
       *
       * @default - the cluster's own
       */
      readonly storageClassName?: string;
    };

export type WorkloadProgram =
  { readonly kind: 'script'; readonly javascript: string } | { readonly kind: 'image' };
