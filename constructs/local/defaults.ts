/** LiteLLM's port: a client made for its proxy needs no change. */
export const DEFAULT_PORT = 4000;

/** Beside the project it belongs to, and listed in its `.gitignore`. */
export const DEFAULT_DATA_FOLDER = '.litellm-ha';

/** Nothing on this machine is reachable from another. */
export const LOOPBACK = '127.0.0.1';

/** Each replica is one process; more of them than this only compete for the same cores. */
export const MAX_LOCAL_REPLICAS = 32;
