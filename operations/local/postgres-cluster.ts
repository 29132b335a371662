import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cloneDataFolder } from './clone-data-folder';
import {
  decideClusterAction,
  type ClusterAction,
  type MemberView,
  type PrimaryLoss,
} from './decide-cluster-action';
import type { EmbeddedPostgres } from './embedded-postgres';
import type { ProcessSettings, Report } from './part';
import { PostgresMember } from './postgres-member';
import { queryPostgres, withPostgres, type PostgresAddress } from './postgres-query';
import { renderConnectionInfo } from './postgres-settings';
import { TcpForwarder } from './tcp-forwarder';

const ADMIN = 'postgres';
const PRIMARY_FILE = 'primary';
const PROBE_EVERY_MS = 1000;
const PROBE_TIMEOUT_MS = 1000;
const PROMOTE_TIMEOUT_MS = 60_000;
const STREAM_TIMEOUT_MS = 15_000;

/** What the cluster is told; a part of the local plan. */
export interface PostgresSettings {
  readonly databaseName: string;
  readonly userName: string;
  readonly members: readonly ProcessSettings[];
  readonly writer: ProcessSettings;
  readonly reader: ProcessSettings;
  readonly synchronousStandbyNames: string;
  readonly settings: Readonly<Record<string, string>>;
}

export interface PostgresClusterProps {
  readonly plan: PostgresSettings;
  readonly postgres: EmbeddedPostgres;
  /** Holds one folder per member and the name of the primary. */
  readonly folder: string;
  readonly logFolder: string;
  readonly passwords: { readonly admin: string; readonly user: string };
  readonly report: Report;
}

export interface MemberStatus extends ProcessSettings {
  readonly pid: number | null;
  readonly role: 'primary' | 'replica';
}

/**
 * A PostgreSQL primary with streaming replicas, its failover, and the two addresses that follow it. Commits wait for one
 * replica, so the promotion of the most advanced one loses no acknowledged row.
 */
export class PostgresCluster {
  private readonly members: readonly PostgresMember[];
  private readonly writer = new TcpForwarder();
  private readonly reader = new TcpForwarder();
  private readonly failedProbes = new Map<string, number>();
  private readonly probesWithoutStream = new Map<string, number>();
  private primaryName: string;
  private stopping = new AbortController();
  private wake = new AbortController();
  private watching: Promise<void> = Promise.resolve();

  constructor(private readonly props: PostgresClusterProps) {
    this.members = props.plan.members.map(
      ({ name, host, port }) =>
        new PostgresMember({
          name,
          postgres: props.postgres,
          folder: join(props.folder, name),
          logFile: join(props.logFolder, `${name}.log`),
          address: {
            host,
            port,
            user: ADMIN,
            password: props.passwords.admin,
            database: 'postgres',
          },
        }),
    );
    this.primaryName = props.plan.members[0]?.name ?? '';
  }

  /** Resolves once every replica streams and both addresses lead somewhere. */
  async start(): Promise<void> {
    await mkdir(this.props.folder, { recursive: true, mode: 0o711 });
    this.primaryName = await this.readPrimaryName();
    const primary = this.member(this.primaryName);
    if (!primary.isInitialized()) await primary.initialize();
    // Nobody can receive a commit yet, so nothing may wait for that.
    await this.startMember(primary, { synchronous_standby_names: '' });
    await this.createUserAndDatabase();
    for (const replica of this.replicas()) await this.cloneMember(replica);
    await this.writeSettings(primary, {});
    primary.reload();
    await this.writePrimaryName();
    await this.writer.start(this.props.plan.writer);
    await this.reader.start(this.props.plan.reader);
    this.direct();
    this.watching = this.watch();
  }

  status(): readonly MemberStatus[] {
    return this.props.plan.members.map((settings) => ({
      ...settings,
      pid: this.member(settings.name).pid,
      role: settings.name === this.primaryName ? 'primary' : 'replica',
    }));
  }

  /** The primary first: it hands the rest of its log to the replicas before it ends. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    await this.watching;
    await Promise.all([this.writer.stop(), this.reader.stop()]);
    await this.member(this.primaryName).stop();
    await Promise.all(this.replicas().map((replica) => replica.stop()));
  }

  async kill(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    await Promise.all([this.writer.stop(), this.reader.stop()]);
    await Promise.all(this.members.map((member) => member.kill()));
  }

  private async watch(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const view = { primary: this.primaryName, members: await this.observe() };
      if (this.stopping.signal.aborted) return;
      await this.perform(decideClusterAction(view));
      // A member that ends cuts the wait short.
      await wait(PROBE_EVERY_MS, undefined, { signal: this.wake.signal }).catch(() => undefined);
      if (!this.stopping.signal.aborted) this.wake = new AbortController();
    }
  }

  private async observe(): Promise<readonly MemberView[]> {
    const streaming = await this.readStreamingReplicas().catch(() => new Set<string>());
    return Promise.all(
      this.members.map(async (member) => {
        const { name } = member;
        const receivedBytes = member.isRunning()
          ? await readReceivedBytes(member.address).catch(() => null)
          : null;
        const failed = receivedBytes === null ? (this.failedProbes.get(name) ?? 0) + 1 : 0;
        const silent = streaming.has(name) ? 0 : (this.probesWithoutStream.get(name) ?? 0) + 1;
        this.failedProbes.set(name, failed);
        this.probesWithoutStream.set(name, silent);
        return {
          name,
          running: member.isRunning(),
          failedProbes: failed,
          receivedBytes,
          probesWithoutStream: silent,
        };
      }),
    );
  }

  private async perform(action: ClusterAction): Promise<void> {
    const part = 'member' in action ? action.member : this.primaryName;
    try {
      switch (action.kind) {
        case 'wait':
          return;
        case 'fail-over':
          return await this.failOver(this.member(action.to), action.because);
        case 'restart-primary':
          return await this.restartPrimary();
        case 'clone':
          return await this.revive(this.member(action.member));
      }
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.props.report({ part, text: `${action.kind} failed, trying again: ${reason}` });
    }
  }

  private async failOver(to: PostgresMember, because: PrimaryLoss): Promise<void> {
    const startedMs = Date.now();
    const former = this.member(this.primaryName);
    // Clients are cut off and the former primary is killed before another one is made: there are never two.
    this.writer.setTargets([]);
    await former.kill();
    await queryPostgres(to.address, { text: 'SELECT pg_promote(true, 60)' }, PROMOTE_TIMEOUT_MS);
    this.primaryName = to.name;
    await this.writePrimaryName();
    this.direct();
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    this.props.report({
      part: former.name,
      text: `primary lost (${because}) → ${to.name} promoted in ${seconds} s`,
    });
    for (const replica of this.replicas()) {
      if (!replica.isRunning()) continue;
      await this.createSlot(replica);
      await this.writeSettings(replica, {});
      replica.reload();
    }
    this.wake.abort();
  }

  private async restartPrimary(): Promise<void> {
    const primary = this.member(this.primaryName);
    await primary.kill();
    await this.startMember(primary, {});
    this.props.report({
      part: primary.name,
      text: 'ended with no replica left → restarted in place',
    });
  }

  private async revive(member: PostgresMember): Promise<void> {
    const startedMs = Date.now();
    await this.cloneMember(member);
    this.direct();
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
    this.props.report({
      part: member.name,
      text: `cloned in ${seconds} s → replica of ${this.primaryName}`,
    });
  }

  private async cloneMember(member: PostgresMember): Promise<void> {
    const primary = this.member(this.primaryName);
    await member.kill();
    await member.removeData();
    await this.createSlot(member);
    await cloneDataFolder({
      primary: primary.address,
      from: primary.folder,
      to: member.folder,
    });
    await this.startMember(member, {});
    await this.waitUntilStreaming(member.name);
    this.failedProbes.set(member.name, 0);
    this.probesWithoutStream.set(member.name, 0);
  }

  private async startMember(
    member: PostgresMember,
    overrides: Readonly<Record<string, string>>,
  ): Promise<void> {
    if (this.stopping.signal.aborted) throw new Error('the database is being stopped');
    await this.writeSettings(member, overrides);
    await member.start((exit) => {
      if (this.stopping.signal.aborted) return;
      // The loss of a primary is told together with what was done about it.
      if (member.name !== this.primaryName) {
        this.props.report({ part: member.name, text: `replica ${exit.description}` });
      }
      this.direct();
      this.wake.abort();
    });
    this.failedProbes.set(member.name, 0);
  }

  /** Every member knows how to be a primary; what makes a replica is told besides. */
  private async writeSettings(
    member: PostgresMember,
    overrides: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { address } = this.member(this.primaryName);
    const replication: Readonly<Record<string, string>> =
      member.name === this.primaryName
        ? {}
        : {
            primary_slot_name: slotName(member.name),
            primary_conninfo: renderConnectionInfo({
              host: address.host,
              port: String(address.port),
              user: address.user,
              password: address.password,
              application_name: member.name,
              connect_timeout: '2',
            }),
          };
    await member.writeSettings({
      ...this.props.plan.settings,
      synchronous_standby_names: this.props.plan.synchronousStandbyNames,
      ...replication,
      ...overrides,
    });
  }

  private async createSlot(replica: PostgresMember): Promise<void> {
    const primary = this.member(this.primaryName);
    await queryPostgres(
      primary.address,
      {
        text: `SELECT pg_create_physical_replication_slot($1, true)
               WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)`,
        values: [slotName(replica.name)],
      },
      STREAM_TIMEOUT_MS,
    );
  }

  private async createUserAndDatabase(): Promise<void> {
    const { databaseName, userName } = this.props.plan;
    const { address } = this.member(this.primaryName);
    await withPostgres(address, STREAM_TIMEOUT_MS, async (client) => {
      const user = client.escapeIdentifier(userName);
      const database = client.escapeIdentifier(databaseName);
      const password = client.escapeLiteral(this.props.passwords.user);
      const users = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [userName]);
      if (users.rowCount === 0) await client.query(`CREATE ROLE ${user} LOGIN`);
      await client.query(`ALTER ROLE ${user} PASSWORD ${password}`);
      const databases = await client.query('SELECT FROM pg_database WHERE datname = $1', [
        databaseName,
      ]);
      if (databases.rowCount === 0) {
        await client.query(`CREATE DATABASE ${database} OWNER ${user}`);
      }
    });
  }

  private async readStreamingReplicas(): Promise<ReadonlySet<string>> {
    const rows = await queryPostgres<{ application_name: string }>(
      this.member(this.primaryName).address,
      { text: "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming'" },
      PROBE_TIMEOUT_MS,
    );
    return new Set(rows.map((row) => row.application_name));
  }

  private async waitUntilStreaming(name: string): Promise<void> {
    const deadline = Date.now() + STREAM_TIMEOUT_MS;
    while (!(await this.readStreamingReplicas()).has(name)) {
      if (Date.now() > deadline)
        throw new Error(`${name} does not stream from ${this.primaryName}`);
      await wait(20);
    }
  }

  /** Points both addresses at who has the role now; readers use the primary while there is no replica. */
  private direct(): void {
    const primary = this.member(this.primaryName);
    const replicas = this.replicas().filter((replica) => replica.isRunning());
    this.writer.setTargets(primary.isRunning() ? [primary.address] : []);
    this.reader.setTargets((replicas.length > 0 ? replicas : [primary]).map((m) => m.address));
  }

  private member(name: string): PostgresMember {
    const member = this.members.find((candidate) => candidate.name === name);
    if (member === undefined) throw new Error(`there is no database member ${name}`);
    return member;
  }

  private replicas(): readonly PostgresMember[] {
    return this.members.filter(({ name }) => name !== this.primaryName);
  }

  private async readPrimaryName(): Promise<string> {
    const file = join(this.props.folder, PRIMARY_FILE);
    if (!existsSync(file)) return this.primaryName;
    const name = (await readFile(file, 'utf8')).trim();
    if (this.members.some((member) => member.name === name)) return name;
    throw new Error(
      `${file} names ${name} as the primary, and the plan has no such member; ` +
        'raise database.readReplicas again, or remove the data folder',
    );
  }

  /** Written before any client reaches a new primary, so that what it acknowledges is found again. */
  private async writePrimaryName(): Promise<void> {
    const file = join(this.props.folder, PRIMARY_FILE);
    await writeFile(`${file}.new`, `${this.primaryName}\n`);
    await rename(`${file}.new`, file);
  }
}

/** Names of slots know no dashes. */
function slotName(member: string): string {
  return member.replaceAll('-', '_');
}

async function readReceivedBytes(address: PostgresAddress): Promise<bigint> {
  const rows = await queryPostgres<{ bytes: string }>(
    address,
    {
      text: `SELECT pg_wal_lsn_diff(
               CASE WHEN pg_is_in_recovery()
                 THEN GREATEST(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                 ELSE pg_current_wal_lsn()
               END, '0/0')::text AS bytes`,
    },
    PROBE_TIMEOUT_MS,
  );
  return BigInt(rows[0]?.bytes ?? '0');
}
