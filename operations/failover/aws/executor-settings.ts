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
  readonly database: DatabaseSettings;
  readonly compute: ComputeSettings;
}

export interface DatabaseSettings {
  readonly kind: 'rds' | 'aurora';
  /** Identifier of the instance or the cluster. */
  readonly id: string;
  readonly arn: string;
  /** Null: on RDS. */
  readonly globalCluster: string | null;
  /** Answers writes while this region's database takes them. */
  readonly writerHost: string;
  /** Of Aurora: sends writes on while another region's database takes them. */
  readonly readerHost: string;
  readonly port: number;
  readonly databaseName: string;
  readonly userName: string;
  /** JSON with `username` and `password`. */
  readonly credentialsSecret: string;
  /** Where the database of a region is to be found, by region. */
  readonly arns: Readonly<Record<string, string>>;
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
