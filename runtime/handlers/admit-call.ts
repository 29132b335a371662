import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Caller } from '../auth/caller';
import { describeModelDenial, selectModelAccess } from '../auth/select-model-access';
import type { Call } from '../dispatch/call';
import { GatewayError } from '../errors';
import type { ClientFallback } from '../providers/client-fallbacks';
import { parseDrill } from '../providers/drill';
import { resolveModel } from '../routing/resolve-model';
import type { KnownModel } from '../routing/resolve-model';
import type { RoutingTable } from '../routing/routing-table';

/** A call that its caller may make. */
export interface AdmittedCall {
  readonly model: KnownModel;
  /** With the models that its fallbacks mean, and as important as its caller may be. */
  readonly call: Call;
}

/**
 * The model that the call is about. Throws where there is none of that name, and where the caller may use neither it nor
 * what it names itself as fallbacks.
 */
export function admitCall(
  call: Call,
  caller: Caller,
  { table, router }: { readonly table: RoutingTable; readonly router: RouterConfig },
): AdmittedCall {
  const asked = requireAccess(caller, call.body.model, table);
  // From here on nobody looks at the aliases of the key: one may be called like a model that the key may not use.
  const fallbacks = call.body.fallbacks.map((fallback) => ({
    ...fallback,
    model: requireAccess(caller, fallback.model, table),
  }));
  if (!mayDrill(caller) && (call.body.drill !== null || fallbacks.some(isDrill))) {
    throw new GatewayError(
      'permission_denied',
      'mock_ fields are for administrators; an administrator may give the key permissions: {"mock": true}',
    );
  }
  const model = resolveModel(asked, table);
  if (model.kind === 'known')
    return { model, call: renderBound(call, caller, { fallbacks, router }) };
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

/** Most calls say nothing of either, and stay as they are. */
function renderBound(
  call: Call,
  caller: Caller,
  by: { readonly fallbacks: readonly ClientFallback[]; readonly router: RouterConfig },
): Call {
  const { body } = call;
  const requested = body.traits.priority;
  const priority = requested === null ? null : selectPriority(caller, requested, by.router);
  if (by.fallbacks.length === 0 && priority === requested) return call;
  const traits = { ...body.traits, priority };
  return { ...call, body: { ...body, traits, fallbacks: by.fallbacks } };
}

function isDrill({ params }: ClientFallback): boolean {
  return params !== null && parseDrill(params) !== null;
}

function requireAccess(caller: Caller, asked: string, table: RoutingTable): string {
  const access = selectModelAccess(caller, asked, table);
  if (access.kind === 'denied') throw describeModelDenial(access);
  return access.model;
}

function mayDrill(caller: Caller): boolean {
  return caller.kind !== 'key' || caller.key.permissions.mock === true;
}
