import { GatewayError } from '../errors';
import type { RoutingTable } from '../routing/routing-table';
import type { Caller } from './caller';
import { coversModel, TEAM_MODELS } from './model-list';

export type ModelAccess =
  /** The model that is meant: an alias of the key is resolved. */
  | { readonly kind: 'allowed'; readonly model: string }
  | { readonly kind: 'denied'; readonly by: 'key' | 'team' | 'user'; readonly model: string };

/**
 * Whether the caller may use the model. What a client names as its own fallbacks has to be asked about too; what the
 * configuration names as fallbacks is the administrator's word.
 */
export function selectModelAccess(caller: Caller, asked: string, table: RoutingTable): ModelAccess {
  if (caller.kind !== 'key') return { kind: 'allowed', model: asked };
  const { key, user, team } = caller;
  const model = Object.hasOwn(key.aliases, asked) ? (key.aliases[asked] ?? asked) : asked;
  // A key's own alias says what the key may use as well as its list does.
  const keyCovers = (name: string): boolean =>
    coversModel(key.models, name, table) || (team !== null && key.models.includes(TEAM_MODELS));
  if (!keyCovers(model) && !keyCovers(asked)) return { kind: 'denied', by: 'key', model: asked };
  if (team !== null) {
    if (!coversModel(team.models, model, table)) {
      return { kind: 'denied', by: 'team', model: asked };
    }
    // As in LiteLLM, the models of a user are those of its personal keys; a team's key goes by the team.
  } else if (user !== null && !coversModel(user.models, model, table)) {
    return { kind: 'denied', by: 'user', model: asked };
  }
  return { kind: 'allowed', model };
}

/** Of these models, those that the caller may use. */
export function selectVisibleModels(
  caller: Caller,
  names: readonly string[],
  table: RoutingTable,
): readonly string[] {
  return names.filter((name) => selectModelAccess(caller, name, table).kind === 'allowed');
}

/** LiteLLM's error for it. */
export function describeModelDenial({
  by,
  model,
}: Extract<ModelAccess, { readonly kind: 'denied' }>): GatewayError {
  return new GatewayError(
    `${by}_model_access_denied`,
    `this ${by} may not use the model ${JSON.stringify(model)}; GET /v1/models lists the models there are for it`,
    { param: 'model' },
  );
}
