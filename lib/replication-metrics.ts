/** What is told of rows that regions exchange: whoever writes these metrics and whoever alarms on them agree here. */
export const REPLICATION_METRICS = {
  namespace: 'LitellmHa',
  /** For how long at most what `From` wrote has not arrived in `To`. By `Gateway`, `From` and `To`. Unit: seconds. */
  lag: 'ReplicationLag',
  /** What `From` keeps of its log for `To`. By `Gateway`, `From` and `To`. Unit: bytes. */
  heldBack: 'ReplicationHeldBack',
  /** Peers that a run had to leave to the next one, or 1 where it could not run. By `Gateway` and `Region`. */
  failures: 'ReplicationFailures',
} as const;
