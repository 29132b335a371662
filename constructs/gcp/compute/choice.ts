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
   * Name of a bucket of yours for the gateway's code. It must have uniform bucket-level access, and should be in `region`,
   * so that machines start without another one.
   *
   * @default - a bucket of its own in `region`, versioned and closed to the public
   */
  readonly codeBucket?: string;

  /**
   * Image with Node 20 or newer that prepares machines and runs the gateway's code, by its digest. The replicas' service
   * account (`secrets.reader`) needs `roles/artifactregistry.reader` where it is kept.
   *
   * @default - the stock image of Node, through a repository in Artifact Registry that keeps what it fetched from Docker Hub
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
  /** Null: the stock image, through a repository that is created. */
  readonly nodeImage: string | null;
}
