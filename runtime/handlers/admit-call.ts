import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Caller } from '../auth/caller';
import { describeModelDenial, selectModelAccess } from '../auth/select-model-access';
import type { Call } from '../dispatch/call';
import { GatewayError } from '../errors';
import { resolveModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import type { RoutingTable } from '../routing/routing-table';

/**
 * The model that the call is about. Throws where there is none of that name, and where the caller may use neither it nor
 * what it names itself as fallbacks.
 */
export function admitCall(call: Call, caller: Caller, table: RoutingTable): KnownModel {
  const asked = requireAccess(caller, call.body.model, table);
  for (const { model } of call.body.fallbacks) requireAccess(caller, model, table);
  if (call.body.drill !== null && !mayDrill(caller)) {
    throw new GatewayError(
      'permission_denied',
      'mock_ fields are for administrators; an administrator may give the key permissions: {"mock": true}',
    );
  }
  const model = resolveModel(asked, table);
  if (model.kind === 'known') return model;
  throw new GatewayError(
    'model_not_found',
    `model ${JSON.stringify(call.body.model)} is not configured; GET /v1/models lists the models there are`,
    { param: 'model' },
  );
}

/**
 * How important a call is: what it says itself, as far as its key may say so. Without a permission a key cannot be more
 * important than calls that say nothing.
 */
export function selectPriority(
  caller: Caller,
  requested: number | null,
  { defaultPriority }: Pick<RouterConfig, 'defaultPriority'>,
): number {
  if (requested === null) return defaultPriority;
  if (caller.kind !== 'key') return requested;
  const { priority } = caller.key.permissions;
  return Math.max(requested, typeof priority === 'number' ? priority : defaultPriority);
}

function requireAccess(caller: Caller, asked: string, table: RoutingTable): string {
  const access = selectModelAccess(caller, asked, table);
  if (access.kind === 'denied') throw describeModelDenial(access);
  return access.model;
}

function mayDrill(caller: Caller): boolean {
  return caller.kind !== 'key' || caller.key.permissions.mock === true;
}
