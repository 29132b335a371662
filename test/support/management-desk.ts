import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeploymentConfig } from '../../lib/config/gateway-config';
import type { GuardsConfig } from '../../lib/config/guards-config';
import type { Caller } from '../../runtime/auth/caller';
import { selectClientToken } from '../../runtime/auth/client-token';
import { parseDatabaseSettings } from '../../runtime/database/database-settings';
import { migrate } from '../../runtime/database/migrate';
import { PostgresDatabase } from '../../runtime/database/postgres-database';
import { SqlChangeStore } from '../../runtime/database/sql-change-store';
import { SqlLedgerStore } from '../../runtime/database/sql-ledger-store';
import { SqlSpendReader } from '../../runtime/database/sql-spend-reader';
import { Directory } from '../../runtime/directory/directory';
import { StampClock } from '../../runtime/directory/stamp';
import { GatewayError } from '../../runtime/errors';
import { createManagementRoutes } from '../../runtime/management/management-routes';
import type { ManagementParts } from '../../runtime/management/management-parts';
import { Lifecycle } from '../../runtime/http/lifecycle';
import { ConnectionCap } from '../../runtime/http/connection-cap';
import { LARGEST_BODY_BYTES } from '../../runtime/http/read-body';
import { Routes } from '../../runtime/http/routes';
import { createHttpServer } from '../../runtime/http/server';
import type { LedgerEntry, Spend } from '../../runtime/ledger/ledger-entry';
import { createRoutingTable } from '../../runtime/routing/routing-table';
import { systemClock, systemRandom } from '../../runtime/system-ports';
import { ENDLESS_MEMORY } from './endless-memory';
import { gatewayConfig } from './gateway-config-builder';
import { digestOf, ledgerRow } from './ledger-rows';
import { ManualClock } from './manual-clock';
import { NO_GUARDS } from './no-guards';
import { startPostgresServer } from './postgres-server';

export const MASTER_KEY = 'sk-master-canary';

export interface ManagementAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** The management routes over HTTP, with a real directory and a real store behind them. */
export interface ManagementServer {
  readonly clock: ManualClock;
  readonly directory: Directory;
  /** The store answers, or is away. */
  store: 'here' | 'away';
  /** The route is method and path: `GET /key/info`. */
  ask(key: string, route: string, body?: unknown): Promise<ManagementAnswer>;
  /** The same as administrator; rejects unless the answer is a 200. */
  administer(route: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Stores calls as the ledger would. */
  spend(entries: readonly (Partial<LedgerEntry> & { readonly seq: number })[]): Promise<void>;
  stop(): Promise<void>;
}

const identify = (secret: string): string =>
  createHash('sha256').update(`pepper${secret}`).digest('hex');

export async function startManagement(
  deployments: readonly DeploymentConfig[] = [],
  guards: Pick<GuardsConfig, 'keyGeneration' | 'budgets'> = NO_GUARDS,
): Promise<ManagementServer> {
  const postgres = await startPostgresServer(16);
  const settings = parseDatabaseSettings({
    environment: {},
    configuredUrl: await postgres.createDatabase('management'),
  });
  if (settings === null) throw new Error('no database is configured');
  const database = new PostgresDatabase({
    settings,
    poolLimit: 4,
    clock: systemClock,
    random: systemRandom,
  });
  await migrate(database.writer);
  const clock = new ManualClock();
  const directory = new Directory();
  const stamps = new StampClock(clock, 'replica-1');
  const changes = new SqlChangeStore(database);
  const ledger = new SqlLedgerStore(database);
  const partition = { region: 'eu', boot: 'boot-1' };
  const world = { store: 'here' as 'here' | 'away' };
  const own: Spend[] = [];
  let made = 0;

  const ask = <Result>(question: () => Promise<Result>): Promise<Result> =>
    world.store === 'here' ? question() : Promise.reject(new Error('connect ECONNREFUSED'));
  const reader = new SqlSpendReader(database);
  const parts: ManagementParts = {
    bodies: { memory: ENDLESS_MEMORY, mostBytes: LARGEST_BODY_BYTES },
    authenticator: {
      authenticate: (headers) => authenticate(directory, selectClientToken(headers)),
      prepare: () => null,
    },
    desk: {
      directory,
      refresh: () =>
        ask(async () => {
          const { changes: found, position } = await changes.read(directory.position);
          directory.apply(found);
          directory.moveTo(position);
        }),
      write: (written) =>
        ask(async () => {
          await changes.write(written);
          directory.apply(written);
        }),
    },
    spend: {
      readEntries: (filter, page) => ask(() => reader.readEntries(filter, page)),
      readDaily: (filter, page) => ask(() => reader.readDaily(filter, page)),
      readByDimension: (dimension, filter, page) =>
        ask(() => reader.readByDimension(dimension, filter, page)),
      readChanges: (filter, page) => ask(() => reader.readChanges(filter, page)),
    },
    readSpent: (scopes) =>
      ask(async () => {
        const stored = await ledger.readTotals(scopes, { region: 'eu', boot: 'own' });
        return scopes.map((scope, index) => {
          const mine = own.filter((entry) => entry[`${scope.kind}Id` as 'keyId'] === scope.id);
          const sum = mine.reduce((total, entry) => total + entry.microDollars, 0);
          return (stored[index] ?? 0) + sum;
        });
      }),
    ledger: { record: (spend) => void own.push(spend) },
    createSecret: () => `sk-secret-of-a-key-${(made += 1)}`,
    identifyKey: identify,
    createId: () => `id-${(made += 1)}`,
    nextStamp: () => stamps.next(),
    region: 'eu',
    clock,
    table: createRoutingTable(deployments, gatewayConfig(deployments).router),
    keyGeneration: guards.keyGeneration,
    newUserBudget: guards.budgets.newUser,
  };
  const { exact, variable } = createManagementRoutes(parts);
  const server = createHttpServer({
    routes: new Routes(exact, variable),
    guard: null,
    cors: null,
    replies: { lifecycle: new Lifecycle(clock), region: null, memory: ENDLESS_MEMORY },
    connections: new ConnectionCap({ most: 100, surplus: 0 }, systemClock),
    vitalPaths: new Set(),
    tls: null,
    clock,
    keepAliveMs: 1000,
    onUnexpected: (error) => {
      throw error;
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const send: ManagementServer['ask'] = async (key, route, body) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, connection: 'close' },
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
  };
  return Object.assign(world, {
    clock,
    directory,
    ask: send,
    async administer(route: string, body?: unknown) {
      const { status, json, text } = await send(MASTER_KEY, route, body);
      if (status !== 200) throw new Error(`${route} answered ${status}: ${text}`);
      return json as Record<string, unknown>;
    },
    async spend(entries: readonly (Partial<LedgerEntry> & { readonly seq: number })[]) {
      const rows = entries.map(ledgerRow);
      await ledger.write({ partition, entries: rows, digest: digestOf(rows) });
    },
    async stop() {
      await close(server);
      await database.stop();
      await postgres.stop();
    },
  });
}

function authenticate(directory: Directory, token: string | null): Caller {
  if (token === MASTER_KEY) return { kind: 'master' };
  const key = directory.keys.get(identify(token ?? ''));
  if (key === undefined || key.revoked || key.blocked) {
    throw new GatewayError('authentication_failed', 'Authentication Error');
  }
  const user = key.userId === null ? null : (directory.users.get(key.userId) ?? null);
  const team = key.teamId === null ? null : (directory.teams.get(key.teamId) ?? null);
  return { kind: 'key', key, user, team };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
