/** Patroni's REST interface: probes, and what members ask each other. */
export const PATRONI_PORT = 8008;

/** PgBouncer. Guide, "Connection Pooling". */
export const POOLER_PORT = 6432;
