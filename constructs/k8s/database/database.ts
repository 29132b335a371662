import { Construct } from 'constructs';
import type { DatabaseProps, Endpoint } from '../../../lib';
import type { SecretKeyReference } from '../foundation/secret-key-reference';
import type {
  CloudNativePgChoice,
  DatabaseAccess,
  DatabaseChoice,
  DatabasePods,
  ExistingDatabaseChoice,
  PatroniChoice,
} from './choice';

/**
 * PostgreSQL of the gateway: what stands behind it is chosen by one of the words below.
 *
 * Costs, survives, does not survive: see `PatroniCluster` and `CloudNativePgCluster`; what is brought is its owner's.
 */
export abstract class Database extends Construct implements DatabaseAccess {
  /** Chooses PostgreSQL under Patroni: needs nothing of the cluster. */
  static patroni(props: DatabaseProps = {}): PatroniChoice {
    return { kind: 'patroni', ...props };
  }

  /** Chooses PostgreSQL under the operator CloudNativePG, which the cluster has to run. */
  static cloudNativePg(props: Omit<CloudNativePgChoice, 'kind'> = {}): CloudNativePgChoice {
    return { kind: 'cloud-native-pg', ...props };
  }

  /** Brings a PostgreSQL. Nothing is made, and nothing is dumped unless `backup` is given. */
  static existing(props: Omit<ExistingDatabaseChoice, 'kind'>): ExistingDatabaseChoice {
    return { kind: 'existing', ...props };
  }

  abstract readonly kind: DatabaseChoice['kind'];
  abstract readonly writer: Endpoint;
  abstract readonly reader: Endpoint;
  abstract readonly primary: Endpoint;
  abstract readonly databaseName: string;
  abstract readonly readerDatabaseName: string;
  abstract readonly userName: string;
  abstract readonly password: SecretKeyReference;
  abstract readonly sslMode: DatabaseAccess['sslMode'];
  abstract readonly pods: DatabasePods | null;
}
