import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GatewayConfig } from '../../lib/config/gateway-config';
import type { GuardsConfig, StandingBudgets } from '../../lib/config/guards-config';
import type { Authenticator } from '../auth/authenticator';
import { ClosedAuthenticator } from '../auth/closed-authenticator';
import { KeyAuthenticator } from '../auth/key-authenticator';
import { createSecret, hashKey } from '../auth/key-secret';
import { MasterKeyAuthenticator } from '../auth/master-key';
import { SqlSpendReader } from '../database/sql-spend-reader';
import { SqlTransferStore } from '../database/sql-transfer-store';
import { DatabaseStatusProbe } from '../database/status-probe';
import type { DatabaseStatus } from '../database/status-probe';
import { LateKeys } from '../directory/late-keys';
import { hasSnapshot } from '../directory/snapshot-file';
import type { Fleet } from '../dispatch/fleet';
import { createManagementRoutes } from '../management/management-routes';
import type { ManagementRoutes } from '../management/management-routes';
import { MemoryHealthResultStore } from '../state/memory-health-result-store';
import type { BodyLimits } from '../http/read-body';
import { systemDisk } from '../ledger/disk';
import type { Partition, StandingPayer } from '../ledger/ledger-entry';
import { createLimits } from '../limits/create-limits';
import type { LimitsSystem } from '../limits/create-limits';
import type { Clock, Ports } from '../ports';
import type { RoutingTable } from '../routing/routing-table';
import type { Environment, GatewaySettings } from '../settings';
import type { RedisState, RedisStateParts } from '../state/redis-state';
import { createKeptAnswers } from '../state/kept-answers';
import { createLonelyState } from './gateway-state';
import type { GatewayState } from './gateway-state';
import { openBooks } from './open-books';
import type { Books } from './open-books';
import { openDatabase } from './open-database';
import type { OpenDatabase } from './open-database';
import { openRegister } from './open-register';
import type { Register } from './open-register';
import { describeTokenRisks, openTokens } from './open-tokens';

export interface OpenStateParts {
  readonly config: GatewayConfig;
  readonly settings: GatewaySettings;
  readonly environment: Environment;
  readonly masterKey: string | null;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
}

/** What only a database makes possible. */
interface Ground {
  readonly open: OpenDatabase;
  readonly register: Register;
  readonly books: Books;
  readonly status: DatabaseStatus;
}

const STANDARD_REGION = 'local';
const KNOWN_KEYS_PATIENCE_MS = 1_000;

/**
 * Opens all that outlives a request. Resolves also while database and Redis are away: what was known before is read from
 * the data folder, and everything else is tried again in the background.
 */
export async function openState(parts: OpenStateParts): Promise<GatewayState> {
  const { config, settings, masterKey, ports } = parts;
  const partition: Partition = { region: settings.region ?? STANDARD_REGION, boot: randomUUID() };
  // Who knows its keys already need not wait for a database that may be away.
  const patienceMs = (await hasSnapshot(systemDisk, settings.dataFolder))
    ? KNOWN_KEYS_PATIENCE_MS
    : Infinity;
  const opening = await openDatabase({ ...parts, patienceMs });
  const { guards } = config;
  const warnings = [
    ...(opening.kind === 'none' ? describeAbsence(opening.reason, guards.budgets) : []),
    ...describeTokenRisks(config, settings.jwtTrust),
  ];
  const trust = settings.jwtTrust;
  if (opening.kind === 'none' && config.cache === null) {
    const lonely = createLonelyState({ config, masterKey, ports, warnings });
    const others = createAuthenticator(parts, null);
    const authenticator = await openTokens({ config, trust, directory: null, others, ports });
    return { ...lonely, authenticator };
  }
  const ground = opening.kind === 'open' ? await openGround(opening.open, partition, parts) : null;
  const keeper = ground?.register.keeper ?? null;
  let fleet: Fleet | null = null;
  const redis = await openRedis(parts, partition.boot, () => ({
    boot: partition.boot,
    atMs: ports.clock.wallMs(),
    directoryPosition: keeper?.directory.position ?? null,
    deployments: fleet?.reports ?? {},
  }));
  const countReplicas = (): number =>
    Math.max(settings.replicas ?? 1, redis?.reports.neighbours.replicas ?? 1);
  const limits = createLimitsOf(parts, { partition, ground, redis, countReplicas });
  const others = createAuthenticator(parts, ground?.register ?? null);
  const directory = keeper?.directory ?? null;
  const authenticator = await openTokens({ config, trust, directory, others, ports });
  return {
    authenticator,
    lateKeys:
      keeper === null
        ? null
        : new LateKeys({ refresh: () => keeper.refresh(), clock: ports.clock }),
    limits: limits.limits,
    limitMetrics: limits.metrics,
    ledger: ground?.books.ledger ?? null,
    answers: createKeptAnswers(config, redis?.responses ?? null, ports),
    healthResults: redis?.healthResults ?? new MemoryHealthResultStore(ports.clock),
    warnings,
    get unready() {
      if (keeper === null || keeper.state !== 'empty') return null;
      return `no key is known yet: ${keeper.trouble ?? 'the database was not read'}`;
    },
    get status() {
      const ageMs = keeper?.ageMs ?? null;
      return {
        spool: ground?.books.status.spool ?? null,
        ledgerDifference: ground?.books.status.ledgerDifference ?? null,
        directoryAge: ageMs === null ? null : ageMs / 1000,
        redis: redis === null ? null : selectConnection(redis),
        replicas: countReplicas(),
        database: ground?.status.connected ?? null,
      };
    },
    createManagement: ({ table, bodies, authenticator: guarded }) =>
      ground === null
        ? null
        : createManagement(ground, {
            table,
            bodies,
            partition,
            authenticator: guarded,
            guards,
            clock: ports.clock,
          }),
    start: (started) => {
      fleet = started;
      redis?.reports.listen((neighbours) => {
        started.adopt(neighbours);
        for (const { directoryPosition } of neighbours.reports) {
          if (directoryPosition !== null) keeper?.hint(directoryPosition);
        }
      });
      redis?.start();
      limits.start();
      ground?.books.start();
    },
    stop: async (delivery) => {
      limits.stop();
      await redis?.stop();
      ground?.status.stop();
      await ground?.books.stop(delivery);
      await keeper?.stop();
      await ground?.open.stop();
    },
  };
}

async function openGround(
  open: OpenDatabase,
  partition: Partition,
  { config, settings, masterKey, ports }: OpenStateParts,
): Promise<Ground> {
  const { database } = open;
  const { dataFolder } = settings;
  const register = await openRegister({
    database,
    ...partition,
    // An open gateway asks nobody for a key, so it does not matter what they are hashed with.
    saltKey: settings.saltKey ?? masterKey ?? '',
    dataFolder,
    staleness: {
      whenStale: config.general.staleKeys,
      maxStaleSeconds: config.general.staleKeysSeconds,
    },
    ports,
  });
  return {
    open,
    register,
    books: await openBooks({
      database,
      partition,
      dataFolder,
      standing: selectStandingPayers(config.guards.budgets),
      ports,
    }),
    status: new DatabaseStatusProbe(ports.clock, () => database.readAnswer()),
  };
}

function createAuthenticator(
  { config, masterKey, ports }: OpenStateParts,
  register: Register | null,
): Authenticator {
  const { keyHeader, jwt } = config.guards;
  // Whoever asks for tokens does not mean that nothing else is asked for.
  if (masterKey === null && jwt !== null) return new ClosedAuthenticator();
  if (masterKey === null || register === null) {
    return new MasterKeyAuthenticator(masterKey, ports.clock, keyHeader);
  }
  const { pepper, keeper } = register;
  return new KeyAuthenticator({ masterKey, pepper, known: keeper, clock: ports.clock, keyHeader });
}

function selectStandingPayers({ gateway, endUser }: StandingBudgets): readonly StandingPayer[] {
  return [
    ...(gateway === null ? [] : (['gateway'] as const)),
    ...(endUser === null ? [] : (['end_user'] as const)),
  ];
}

function describeAbsence(reason: string, { gateway, endUser }: StandingBudgets): readonly string[] {
  const counted = `is counted anew from each start of a process: ${reason}`;
  return [
    `virtual keys and the ledger are off: ${reason}`,
    ...(gateway === null ? [] : [`litellm_settings.max_budget ${counted}`]),
    ...(endUser === null ? [] : [`litellm_settings.max_end_user_budget ${counted}`]),
  ];
}

async function openRedis(
  { config, ports }: OpenStateParts,
  boot: string,
  createReport: RedisStateParts['createReport'],
): Promise<RedisState | null> {
  const { cache } = config;
  if (cache === null) return null;
  // Its client is large: a gateway without Redis starts faster without it.
  const { createRedisState } = await import('../state/redis-state.js');
  return createRedisState({
    config: cache,
    certificateAuthorities: cache.tlsCaFile === null ? null : readFileSync(cache.tlsCaFile, 'utf8'),
    namespace: config.responseCache?.namespace ?? '',
    boot,
    ports,
    createReport,
  });
}

/** Connected is not enough: a server that hangs is connected, too. */
function selectConnection({ status }: RedisState): 'connected' | 'disconnected' {
  return status.breaker === 'closed' ? status.connected : 'disconnected';
}

function createLimitsOf(
  { config, settings, ports }: OpenStateParts,
  at: {
    readonly partition: Partition;
    readonly ground: Ground | null;
    readonly redis: RedisState | null;
    readonly countReplicas: () => number;
  },
): LimitsSystem {
  const { partition, ground, redis } = at;
  return createLimits({
    ports,
    enforcement: config.general.budgetEnforcement,
    standing: config.guards.budgets,
    unpriced: config.router.budgetUnpriced,
    shared: redis?.quotas ?? null,
    replicas: at.countReplicas,
    own: ground?.books.ledger ?? { partition, ownSpend: () => 0 },
    ledger: ground?.books.store ?? null,
    regions:
      ground === null || settings.regions.length < 2
        ? null
        : {
            region: partition.region,
            all: settings.regions.map((region) => ({ region, weight: 1 })),
            transfers: new SqlTransferStore(ground.open.database),
            createStamp: () => ground.register.stamps.next(),
          },
  });
}

function createManagement(
  { open, register, books }: Ground,
  at: {
    readonly table: RoutingTable;
    readonly bodies: BodyLimits;
    readonly partition: Partition;
    readonly authenticator: Authenticator;
    readonly guards: GuardsConfig;
    readonly clock: Clock;
  },
): ManagementRoutes {
  const { table, bodies, partition, authenticator, guards, clock } = at;
  return createManagementRoutes({
    authenticator,
    bodies,
    desk: register.keeper,
    spend: new SqlSpendReader(open.database),
    readSpent: async (scopes) => {
      const stored = await books.store.readTotals(scopes, partition);
      return scopes.map((scope, index) => (stored[index] ?? 0) + books.ledger.ownSpend(scope));
    },
    ledger: books.ledger,
    createSecret,
    identifyKey: (secret) => hashKey(secret, register.pepper),
    createId: randomUUID,
    nextStamp: () => register.stamps.next(),
    region: partition.region,
    clock,
    table,
    keyGeneration: guards.keyGeneration,
    newUserBudget: guards.budgets.newUser,
  });
}
