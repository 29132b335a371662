import type { CloudCredentials } from '../ports';

/** Where nothing is sent: a check of a configuration, a simulation. */
export const NO_CREDENTIALS: CloudCredentials = {
  signAws: () => Promise.reject(new Error('no credentials are read here')),
  google: () => Promise.reject(new Error('no credentials are read here')),
  azure: () => Promise.reject(new Error('no credentials are read here')),
};
