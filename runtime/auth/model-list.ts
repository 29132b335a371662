import type { RoutingTable } from '../routing/routing-table';

/** LiteLLM's words that stand for models in a list of models. */
const EVERY_MODEL = 'all-proxy-models';
/** Nothing at all: for users who may spend through their teams alone. No model is called so. */
export const NO_MODEL = 'no-default-models';
/** What the team of the key may use; without a team, nothing. */
export const TEAM_MODELS = 'all-team-models';

const WORDS: readonly string[] = [EVERY_MODEL, NO_MODEL, TEAM_MODELS];

/** Whether a list of models, wildcards and access groups covers what a client asks for. Empty: it covers all. */
export function coversModel(list: readonly string[], asked: string, table: RoutingTable): boolean {
  if (list.length === 0 || list.includes(EVERY_MODEL)) return true;
  const names = selectNames(asked, table);
  // Names of models may be access groups too; their members are models and wildcards like any other.
  return list.some(
    (entry) =>
      covers(entry, names) ||
      (table.accessGroups.get(entry) ?? []).some((member) => covers(member, names)),
  );
}

/**
 * What is meant by the name: an alias is its model, the id of a deployment its group. A group that is called like its
 * provider's model is meant by that, too, so that `openai/*` covers `gpt-4o`.
 */
function selectNames(asked: string, table: RoutingTable): readonly string[] {
  const model = table.aliases.get(asked) ?? asked;
  const group = table.byId.get(model)?.modelName ?? model;
  const names = asked === group ? [asked] : [asked, group];
  const deployments = table.groups.get(group) ?? [];
  const provider = deployments[0]?.provider;
  const isNamedAfter = deployments.every(
    (deployment) => deployment.provider === provider && deployment.providerModel === group,
  );
  return provider !== undefined && isNamedAfter ? [...names, `${provider}/${group}`] : names;
}

function covers(entry: string, names: readonly string[]): boolean {
  if (WORDS.includes(entry)) return false;
  if (names.includes(entry)) return true;
  return entry.includes('*') && names.some((name) => matchesWildcard(entry, name));
}

/** Without regular expressions: patterns are written by administrators of keys, and names by anybody. */
function matchesWildcard(pattern: string, name: string): boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop() ?? '';
  const end = name.length - tail.length;
  if (end < head.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
