import type { ComputeProps } from '../../../lib';
import type { MachineType } from './machine-type';

/** Replicas as machines of a regional managed instance group, one replica each. */
export interface InstanceGroupProps extends ComputeProps {
  /**
   * Machine of a replica. Larger ones than the replica needs are paid for and idle.
   *
   * @default - the smallest `e2-standard` machine with room for the replica and the system around it
   */
  readonly machineType?: string;

  /**
   * Text of the gateway as one JavaScript file. Give it to run a build of your own.
   *
   * @default - the gateway of this package
   */
  readonly gatewayScript?: string;

  /**
   * Name of an existing bucket to keep the gateway's code in. It must have uniform bucket-level
   * access. Choose one in `region`, so that starting a machine depends on no other region.
   *
   * @default - a new bucket in `region`, versioned and closed to the public
   */
  readonly codeBucket?: string;

  /**
   * Image with Node 20 or newer that prepares a machine and runs the gateway's code, by digest.
   * Give it to depend on no public registry at all. The replicas' service account
   * (`secrets.reader`) needs `roles/artifactregistry.reader` on its repository.
   *
   * @default - the official Node image, cached by a new Artifact Registry repository in `region`
   */
  readonly nodeImage?: string;
}

export interface InstanceGroupChoice extends InstanceGroupProps {
  readonly kind: 'instance-group';
}

export interface InstanceGroupSpec {
  readonly machine: MachineType;
  /** Null: the gateway of this package. */
  readonly gatewayScript: string | null;
  /** Null: a bucket is created. */
  readonly codeBucket: string | null;
  /** Null: the official image, cached by a repository that is created. */
  readonly nodeImage: string | null;
}
