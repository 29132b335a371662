import { GATEWAY_ENVIRONMENT } from '../../lib/gateway-contract';
import type { DatabaseSources } from '../database/database-settings';

/**
 * The way past a pooler, for what changes the schema: building an index takes longer than a pooler should lend a connection
 * for. Null: no pooler is there, or nobody said where its server is.
 */
export function selectDirectSources({ environment }: DatabaseSources): DatabaseSources | null {
  const directUrl = environment[GATEWAY_ENVIRONMENT.databaseDirectUrl] || null;
  return directUrl === null ? null : { environment, configuredUrl: directUrl };
}
