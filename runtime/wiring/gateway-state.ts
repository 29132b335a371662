import type { GatewayConfig } from '../../lib/config/gateway-config';
import type { Authenticator } from '../auth/authenticator';
import { MasterKeyAuthenticator } from '../auth/master-key';
import type { LateKeys } from '../directory/late-keys';
import type { Fleet } from '../dispatch/fleet';
import type { ManagementRoutes } from '../management/management-routes';
import type { HealthResultStore } from '../state/health-result-store';
import { MemoryHealthResultStore } from '../state/memory-health-result-store';
import type { BodyLimits } from '../http/read-body';
import type { LedgerWriter } from '../ledger/ledger-entry';
import { createLimits } from '../limits/create-limits';
import type { LimitMetrics } from '../limits/limit-metrics';
import type { Limits } from '../limits/limits';
import type { Ports } from '../ports';
import type { RoutingTable } from '../routing/routing-table';
import type { StateStatus } from '../telemetry/render-state-metrics';
import { type KeptAnswers, createKeptAnswers } from '../state/kept-answers';

/** What routes that manage keys are given by the gateway. */
export interface ManagementWishes {
  readonly table: RoutingTable;
  readonly authenticator: Authenticator;
  readonly bodies: BodyLimits;
}

/**
 * What a gateway knows beyond one request: who may ask, what was spent, what the other replicas do. Everything a request
 * needs of it is in memory; what has to be read or written elsewhere is so in the background.
 */
export interface GatewayState {
  readonly authenticator: Authenticator;
  /** Null: there are no keys but the administrator's. */
  readonly lateKeys: Pick<LateKeys, 'look'> | null;
  readonly limits: Pick<Limits, 'begin'>;
  /** Null: nobody keeps books. */
  readonly ledger: Pick<LedgerWriter, 'record'> | null;
  /** Null: every request is put to a provider. */
  readonly answers: KeptAnswers | null;
  readonly healthResults: HealthResultStore;
  readonly limitMetrics: LimitMetrics;
  /** What an operator should know at start; one line each. */
  readonly warnings: readonly string[];
  /** Why requests should go to other replicas; null: all that has to be known is known. */
  readonly unready: string | null;
  readonly status: StateStatus;
  /** Null: there are no virtual keys to manage. */
  createManagement(parts: ManagementWishes): ManagementRoutes | null;
  /** Begins to tell the other replicas what this fleet sees, and to hear of theirs. */
  start(fleet: Fleet): void;
  /** `deliver`: stores what it can within a few seconds. What is left, and with `leave` everything, waits for the next start. */
  stop(delivery: 'deliver' | 'leave'): Promise<void>;
}

const LONELY_STATUS: StateStatus = {
  spool: null,
  ledgerDifference: null,
  directoryAge: null,
  database: null,
  redis: null,
  replicas: 1,
};

export interface LonelyStateParts {
  readonly config: Pick<GatewayConfig, 'responseCache' | 'guards' | 'router'>;
  readonly masterKey: string | null;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
  readonly warnings: readonly string[];
}

/** Of a gateway without database, Redis and data folder: the master key is the only one, and nothing outlives a restart. */
export function createLonelyState(parts: LonelyStateParts): GatewayState {
  const { config, masterKey, ports, warnings } = parts;
  const { limits, metrics } = createLimits({
    ports,
    enforcement: 'estimated',
    standing: config.guards.budgets,
    unpriced: config.router.budgetUnpriced,
    shared: null,
    replicas: () => 1,
    own: { partition: { region: 'local', boot: 'none' }, ownSpend: () => 0 },
    ledger: null,
    regions: null,
  });
  return {
    authenticator: new MasterKeyAuthenticator(masterKey, ports.clock, config.guards.keyHeader),
    lateKeys: null,
    limits,
    ledger: null,
    answers: createKeptAnswers(config, null, ports),
    healthResults: new MemoryHealthResultStore(ports.clock),
    limitMetrics: metrics,
    warnings,
    unready: null,
    status: LONELY_STATUS,
    createManagement: () => null,
    start: () => undefined,
    stop: () => Promise.resolve(),
  };
}
