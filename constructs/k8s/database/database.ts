import { Construct } from 'constructs';
import type { DatabaseProps, Endpoint, RegionPlan } from '../../../lib';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type { Secrets } from '../secrets/secrets';
import type {
  CloudNativePgDatabase,
  DatabaseAccess,
  DatabasePods,
  DatabaseTarget,
  ExistingDatabase,
  PatroniDatabase,
} from './choice';
import { CloudNativePgCluster } from './cloud-native-pg/cluster';
import { describeExistingDatabase } from './existing-database';
import { PatroniCluster } from './patroni-cluster';
import type { DatabasePlace } from './place';

export interface DatabaseBlockProps {
  readonly plan: RegionPlan;
  readonly namespace: string;
  readonly secrets: Secrets;
  readonly target: DatabaseTarget;
  /** Null: there is no other region. */
  readonly place: DatabasePlace | null;
}

/**
 * PostgreSQL of the gateway, made here or brought.
 *
 * Costs, survives, does not survive: see `PatroniCluster` and `CloudNativePgCluster`; what is brought is its owner's.
 */
export class Database extends Construct implements DatabaseAccess {
  /** Chooses PostgreSQL under Patroni: needs nothing of the cluster. */
  static patroni(props: DatabaseProps = {}): PatroniDatabase {
    return { kind: 'patroni', ...props };
  }

  /** Chooses PostgreSQL under the operator CloudNativePG, which the cluster has to run. */
  static cloudNativePg(props: Omit<CloudNativePgDatabase, 'kind'> = {}): CloudNativePgDatabase {
    return { kind: 'cloud-native-pg', ...props };
  }

  /** Brings a PostgreSQL. Nothing is made, and nothing is dumped unless `backup` is given. */
  static existing(props: Omit<ExistingDatabase, 'kind'>): ExistingDatabase {
    return { kind: 'existing', ...props };
  }

  /** What was made here. Null: the database was brought. */
  readonly cluster: PatroniCluster | CloudNativePgCluster | null;
  readonly writer: Endpoint;
  readonly reader: Endpoint;
  readonly primary: Endpoint;
  readonly databaseName: string;
  readonly readerDatabaseName: string;
  readonly userName: string;
  readonly password: SecretKeyReference;
  readonly sslMode: DatabaseAccess['sslMode'];
  readonly pods: DatabasePods | null;

  constructor(scope: Construct, id: string, props: DatabaseBlockProps) {
    super(scope, id);
    const { cluster, access } = this.build(props);
    this.cluster = cluster;
    this.writer = access.writer;
    this.reader = access.reader;
    this.primary = access.primary;
    this.databaseName = access.databaseName;
    this.readerDatabaseName = access.readerDatabaseName;
    this.userName = access.userName;
    this.password = access.password;
    this.sslMode = access.sslMode;
    this.pods = access.pods;
  }

  private build(props: DatabaseBlockProps): {
    readonly cluster: PatroniCluster | CloudNativePgCluster | null;
    readonly access: DatabaseAccess;
  } {
    const { target } = props;
    switch (target.kind) {
      case 'patroni': {
        const cluster = new PatroniCluster(this, 'Patroni', props);
        return { cluster, access: cluster };
      }
      case 'cloud-native-pg': {
        const cluster = new CloudNativePgCluster(this, 'CloudNativePg', { ...props, target });
        return { cluster, access: cluster };
      }
      case 'existing':
        return { cluster: null, access: describeExistingDatabase(target) };
    }
  }
}
