/** Size of a member of PostgreSQL: a quarter for its own cache, the rest for connections and the cache of the system. */
export const DATABASE_MEMORY = {
  requestMib: 4096,
  sharedBuffersMib: 1024,
  cpuMillicores: 500,
} as const;
