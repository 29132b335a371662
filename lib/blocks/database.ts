import type { DataMode } from '../spec/multi-region-props';
import type { PoolerSpec } from '../spec/spec';
import type { Endpoint } from './endpoint';

/** PostgreSQL with a synchronous standby in another zone, replicas for reading, and backups. */
export interface DatabasePlan {
  readonly majorVersion: number;
  readonly databaseName: string;
  readonly userName: string;
  readonly port: number;
  /** A synchronous standby in another zone takes over by itself. */
  readonly standbyInOtherZone: true;
  readonly encrypted: true;
  readonly deletionProtection: true;
  readonly readReplicas: number;
  readonly zones: number;
  readonly storageGib: number;
  readonly maxConnections: number;
  /** Connections each replica of the gateway may open. */
  readonly connectionsPerReplica: number;
  /** Null: replicas connect to the server themselves. */
  readonly pooler: PoolerSpec | null;
}

/** What the database of one region is to those of the others. */
export type DatabaseRole =
  /** Takes all writes; replicas follow it. */
  | { readonly kind: 'writer' }
  /** Follows the writer and takes none until it is promoted. */
  | { readonly kind: 'replica'; readonly writerRegion: string }
  /** Takes writes, and exchanges changes with every peer. */
  | { readonly kind: 'peer'; readonly peerRegions: readonly string[] }
  /** One end of a database that spans regions. */
  | {
      readonly kind: 'member';
      readonly peerRegions: readonly string[];
      readonly witnessRegion: string | null;
    };

/** How writes travel between regions. */
export interface ReplicationPlan {
  readonly dataMode: DataMode;
  /** What keeps the data, in the words of who sells it. */
  readonly product: string;
  readonly links: readonly ReplicationLink[];
  /** Null: every region takes writes. */
  readonly writerRegion: string | null;
  readonly witnessRegion: string | null;
  /** How far the receiving end usually is behind. */
  readonly expectedLagSeconds: number;
  /** From this lag on more would be lost than is promised: somebody is told. Null: nothing can lag. */
  readonly lagAlarmSeconds: number | null;
  /** Until another region takes writes. Null: it does so already. */
  readonly promotionSeconds: number | null;
}

/** One way that writes take. */
export interface ReplicationLink {
  readonly from: string;
  readonly to: string;
  /** `physical` copies storage or its log, `logical` copies rows, `synchronous` waits for the other end. */
  readonly transport: 'physical' | 'logical' | 'synchronous';
}

export interface DatabaseOutputs {
  /** Follows the primary through a failover. */
  readonly writer: Endpoint;
  /** Spreads over the replicas, or the first of them where the target has no such address. */
  readonly reader: Endpoint;
}
