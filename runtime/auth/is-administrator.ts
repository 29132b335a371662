import type { Caller } from './caller';

/** Whether the caller may do everything: the role of a key bounds what its user's role gives. */
export function isAdministrator(caller: Caller): boolean {
  if (caller.kind !== 'key') return true;
  const { key, user } = caller;
  return key.role !== 'read_only' && key.role !== 'llm_api' && user?.role === 'proxy_admin';
}
