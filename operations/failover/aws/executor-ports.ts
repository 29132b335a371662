/** What the steps of a failover touch in one region, and how they reach the others. */
export interface ExecutorPorts {
  readonly database: RegionalDatabase;
  readonly replication: Replication;
  readonly compute: ComputeFleet;
  readonly switches: RegionSwitches;
  readonly gateway: GatewayProbe;
  readonly peers: Peers;
  /** Unit: milliseconds. */
  readonly wait: (delayMs: number) => Promise<void>;
}

/** The region's own database, asked over SQL. */
export interface RegionalDatabase {
  /** Follows another region and takes no writes. */
  isReplica(): Promise<boolean>;
  /** How far it is behind what it follows; 0 where it follows nothing. Unit: seconds. */
  readLagSeconds(): Promise<number>;
  /** Changes whenever anything was heard of the writer. */
  readReceiptMark(): Promise<string>;
  /** Refuses writes from now on, and ends the sessions that could still make them. */
  stopWrites(): Promise<void>;
  allowWrites(): Promise<void>;
  refusesWrites(): Promise<boolean>;
  /** Writes through `host`, wherever that leads, and leaves nothing behind. */
  writeAndRemoveRow(host: string): Promise<void>;
  readDigests(): Promise<readonly RecordDigest[]>;
  readRecords(page: RecordPage): Promise<readonly StoredRecord[]>;
  /** Records carry identities: one that is there already stays as it is. */
  storeRecords(table: RecordTable, records: readonly StoredRecord[]): Promise<void>;
}

/** Tables whose rows are only ever added. */
export const RECORD_TABLES = [
  'gateway_changes',
  'gateway_ledger',
  'gateway_budget_transfers',
] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

/** How much a table holds of one writer's records. Equal digests hold equal records, since none is ever changed. */
export interface RecordDigest {
  readonly table: RecordTable;
  /** The process that made them, or the table as a whole where it keeps no such column. */
  readonly part: string;
  readonly count: number;
}

export interface RecordPage {
  readonly table: RecordTable;
  readonly part: string;
  readonly offset: number;
  readonly limit: number;
}

export type StoredRecord = Readonly<Record<string, unknown>>;

/** What RDS is asked for: its control plane in this region. */
export interface Replication {
  promote(mode: 'forced' | 'planned'): Promise<void>;
  /** Whether the database is set up to follow that region. */
  follows(region: string): Promise<boolean>;
  rebuildFrom(region: string): Promise<void>;
}

/** The replicas of the gateway in this region. */
export interface ComputeFleet {
  readState(): Promise<FleetState>;
  setFloor(minReplicas: number): Promise<void>;
  /** Sends writes to where that region's database takes them, and lets replicas take it over one after another. */
  redirectWrites(writer: string): Promise<void>;
  isRedirected(writer: string): Promise<boolean>;
  /** Where replicas write at present. */
  readWriterHost(): Promise<string>;
}

export interface FleetState {
  readonly floor: number;
  readonly ready: number;
}

/** The switches this region keeps for others. */
export interface RegionSwitches {
  read(region: string): Promise<'closed' | 'open'>;
  write(region: string, state: 'closed' | 'open'): Promise<void>;
}

/** The gateway as a client sees it. */
export interface GatewayProbe {
  /** Past DNS, at this region's load balancer: a whole answer and a whole stream. */
  checkAnswers(): Promise<void>;
  /** Which region answers the public name, asked anew each time. */
  readAnsweringRegion(): Promise<string>;
}

/** The executors of other regions. */
export interface Peers {
  /** Rejects when the region does not answer in time. */
  ask(region: string, question: PeerQuestion): Promise<unknown>;
}

export type PeerQuestion =
  | { readonly kind: 'stop-writes' }
  | { readonly kind: 'look-at-writes' }
  | { readonly kind: 'read-digests' }
  | { readonly kind: 'read-records'; readonly page: RecordPage };
