import { GatewayError } from '../../errors';
import type { RoutingTable } from '../../routing/routing-table';
import type { Caller } from '../caller';
import { coversModel } from '../model-list';

/**
 * Of a token with several teams, the one that a call of the model goes by: the first that may use it, which then pays for
 * it. LiteLLM's words for none.
 */
export function chooseTeam(caller: Caller, model: string, table: RoutingTable): Caller {
  if (caller.kind !== 'key' || caller.otherTeams === undefined || caller.team === null) {
    return caller;
  }
  const { otherTeams, team: first, ...rest } = caller;
  const teams = [first, ...otherTeams];
  const team = teams.find(({ models }) => coversModel(models, model, table));
  if (team === undefined) {
    const names = teams.map(({ id }) => id).join(', ');
    throw new GatewayError(
      'token_not_allowed',
      `No team has access to the requested model: ${model}. Checked teams=[${names}]. Check \`/models\` to see all available models.`,
    );
  }
  return { ...rest, team, key: { ...rest.key, teamId: team.id } };
}
