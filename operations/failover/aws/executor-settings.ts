import type { AcceleratorSettings } from './accelerator-switches';

/** What an executor must know of its region: names and addresses that the region's stack fills in. Nothing secret. */
export interface ExecutorSettings {
  readonly region: string;
  /** Name of the executor: the same in each region. */
  readonly executor: string;
  readonly domainName: string;
  readonly loadBalancerHost: string;
  /** Secret that holds the key of the administrator. */
  readonly masterKeySecret: string;
  /** Null: this region keeps no switch. */
  readonly switchBucket: string | null;
  /** Null: clients are led by DNS, and switches are in the bucket. */
  readonly accelerator: AcceleratorSettings | null;
  readonly database: DatabaseSettings;
  readonly compute: ComputeSettings;
  /** Null: this region exchanges no rows with others. */
  readonly exchange: ExchangeSettings | null;
}

/** Regions that each write their own database and exchange rows. */
export interface ExchangeSettings {
  /** Name of the gateway, by which its metrics are found. */
  readonly gateway: string;
  readonly peers: readonly { readonly region: string; readonly host: string }[];
}

export interface DatabaseSettings {
  readonly kind: 'rds' | 'aurora' | 'dsql';
  /** Identifier of the instance or the cluster. */
  readonly id: string;
  readonly arn: string;
  /** Null: on RDS. */
  readonly globalCluster: string | null;
  /** This region's own database: answers writes while it takes them. */
  readonly writerHost: string;
  /** Of Aurora: sends writes on while another region's database takes them. */
  readonly readerHost: string;
  /**
   * Where replicas of this region write while the database of a region takes the writes, by region: the database itself, or
   * readers of this region that send writes on.
   */
  readonly writerHosts: Readonly<Record<string, string>>;
  readonly port: number;
  readonly databaseName: string;
  readonly userName: string;
  /** Replicas of this region's own instance of RDS, for reading beside it. They hold nothing of their own. */
  readonly readReplicas: readonly ReadReplica[];
  /** What an instance of RDS keeps that is promoted, or made anew. Unit: days. */
  readonly backupRetentionDays: number;
  /** JSON with `username` and `password`. Null: at Aurora DSQL, which takes tokens. */
  readonly credentialsSecret: string | null;
  /** Where the database of a region is to be found, by region. */
  readonly arns: Readonly<Record<string, string>>;
}

export interface ReadReplica {
  readonly id: string;
  readonly zone: string;
}

export type ComputeSettings =
  | {
      readonly kind: 'fargate';
      readonly cluster: string;
      readonly service: string;
      /** Holds the address of the writer. */
      readonly writerUrlSecret: string;
    }
  | {
      readonly kind: 'eks';
      readonly cluster: string;
      readonly namespace: string;
      readonly workload: string;
    };

/** @throws {Error} for a region that nobody told this one of. */
export function selectWriterHost({ writerHosts }: DatabaseSettings, writer: string): string {
  const host = writerHosts[writer];
  if (host !== undefined) return host;
  const known = Object.keys(writerHosts).join(', ') || 'none';
  throw new Error(`writes may go to ${known}, got ${writer}; deploy the stack of this region anew`);
}
