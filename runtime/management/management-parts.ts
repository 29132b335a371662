import type { BudgetBound } from '../../lib/config/guards-config';
import type { KeyGenerationConfig } from '../../lib/config/key-generation-config';
import type { Authenticator } from '../auth/authenticator';
import type { Change } from '../directory/change';
import type { Directory } from '../directory/directory';
import type { SpendReader } from '../database/sql-spend-reader';
import type { BodyLimits } from '../http/read-body';
import type { LedgerWriter, SpendScope } from '../ledger/ledger-entry';
import type { Clock } from '../ports';
import type { RoutingTable } from '../routing/routing-table';

/** What this replica knows, and how it brings itself and the store up to date. */
export interface DirectoryDesk {
  readonly directory: Directory;
  /** Rejects when the store is away. */
  refresh(): Promise<void>;
  /** Resolves once the changes are durable and known here. */
  write(changes: readonly Change[]): Promise<void>;
}

/** What the management routes need of the rest of the gateway. */
export interface ManagementParts {
  readonly authenticator: Authenticator;
  readonly bodies: BodyLimits;
  readonly desk: DirectoryDesk;
  readonly spend: SpendReader;
  /** What each scope spent, stored or not. Unit: millionths of a US dollar. */
  readonly readSpent: (scopes: readonly SpendScope[]) => Promise<readonly number[]>;
  readonly ledger: Pick<LedgerWriter, 'record'>;
  /** Makes a new secret: `sk-…`. */
  readonly createSecret: () => string;
  /** The id of a key by its secret. */
  readonly identifyKey: (secret: string) => string | Promise<string>;
  /** Makes an id for users and teams. */
  readonly createId: () => string;
  readonly nextStamp: () => string;
  readonly region: string;
  readonly clock: Clock;
  readonly table: RoutingTable;
  /** What new keys are given, and bounded by. */
  readonly keyGeneration: KeyGenerationConfig;
  /** What a new internal user may spend where nobody says otherwise; null: no bound. */
  readonly newUserBudget: BudgetBound | null;
}
