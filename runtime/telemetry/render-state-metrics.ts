import { GATEWAY_METRICS } from '../../lib/gateway-contract';
import type { SpoolStatus } from '../ledger/spool';
import { renderSample } from './histogram';
import { renderFamily } from './render-family';

/** How the state of a gateway stands; null where there is no such thing. */
export interface StateStatus {
  readonly spool: (SpoolStatus & { readonly oldestAgeSeconds: number }) | null;
  /** Unit: millionths of a US dollar. Null: nothing was compared yet. */
  readonly ledgerDifference: number | null;
  /** Unit: seconds. */
  readonly directoryAge: number | null;
  readonly database: 'connected' | 'disconnected' | null;
  readonly redis: 'connected' | 'disconnected' | null;
  /** This one included. */
  readonly replicas: number;
}

/** Entries that were added up to save space, counter. */
const SPOOL_COMPACTED = 'litellm_ha_spool_compacted_entries_total';

export function renderStateMetrics(status: StateStatus): string {
  const { spool } = status;
  const gauge = (name: string, value: number | null): string =>
    value === null ? '' : renderFamily(name, 'gauge', renderSample(name, {}, value));
  const counter = (name: string, value: number | null): string =>
    value === null ? '' : renderFamily(name, 'counter', renderSample(name, {}, value));
  return [
    gauge(GATEWAY_METRICS.spoolOldestAge, spool?.oldestAgeSeconds ?? null),
    gauge(GATEWAY_METRICS.spoolPending, spool?.pendingEntries ?? null),
    gauge(GATEWAY_METRICS.spoolDurable, spool === null ? null : spool.home === 'disk' ? 1 : 0),
    counter(SPOOL_COMPACTED, spool?.compactedEntries ?? null),
    counter(GATEWAY_METRICS.spoolCorruptRecords, spool?.corruptRecords ?? null),
    counter(GATEWAY_METRICS.spoolTornTails, spool?.tornTails ?? null),
    counter(GATEWAY_METRICS.spoolLostCalls, spool?.lostCalls ?? null),
    gauge(GATEWAY_METRICS.spoolStranded, spool?.strandedSegments ?? null),
    gauge(GATEWAY_METRICS.ledgerDifference, status.ledgerDifference),
    gauge(GATEWAY_METRICS.directoryAge, status.directoryAge),
    gauge(GATEWAY_METRICS.databaseConnected, selectConnection(status.database)),
    gauge(GATEWAY_METRICS.redisConnected, selectConnection(status.redis)),
    gauge(GATEWAY_METRICS.replicasSeen, status.replicas),
  ].join('');
}

function selectConnection(connected: 'connected' | 'disconnected' | null): number | null {
  if (connected === null) return null;
  return connected === 'connected' ? 1 : 0;
}
