import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { SpecError } from '../../lib/errors';
import { SCENARIO_DEFAULTS } from './defaults';
import type { Behaviour, BehaviourRule, Scenario } from './scenario';

const ORDINARY: Behaviour = SCENARIO_DEFAULTS.behaviour;

/** How each deployment behaves, by id. A rule for nobody is refused: its faults would silently be missing. */
export function resolveBehaviours(
  scenario: Scenario,
  deployments: readonly DeploymentConfig[],
): ReadonlyMap<string, Behaviour> {
  const rules = scenario.rules.map((rule) => ({ rule, isMatch: createMatcher(rule.match) }));
  const problems = rules.flatMap(({ rule, isMatch }, index) =>
    deployments.some(isMatch)
      ? []
      : [
          {
            rule: 'scenario.match',
            path: `deployments[${index}].match`,
            allowed: 'fit a deployment of the configuration',
            got: JSON.stringify(rule.match),
            fix: `write an id, a model name, a model or an address, such as ${describeChoices(deployments)}`,
          },
        ],
  );
  if (problems.length > 0) throw new SpecError('scenario', problems);
  return new Map(
    deployments.map((deployment) => [
      deployment.id,
      rules
        .filter(({ isMatch }) => isMatch(deployment))
        .reduce<Behaviour>((behaviour, { rule }) => applyRule(behaviour, rule), ORDINARY),
    ]),
  );
}

function applyRule(behaviour: Behaviour, rule: BehaviourRule): Behaviour {
  return {
    firstTokenMs: rule.firstTokenMs ?? behaviour.firstTokenMs,
    tokenIntervalMs: rule.tokenIntervalMs ?? behaviour.tokenIntervalMs,
    promptTokens: rule.promptTokens ?? behaviour.promptTokens,
    tokens: rule.tokens ?? behaviour.tokens,
    faults: [...behaviour.faults, ...rule.faults],
  };
}

function createMatcher(pattern: string): (deployment: DeploymentConfig) => boolean {
  if (pattern === '*') return () => true;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = parts.length === 1 ? null : new RegExp(`^${parts.join('.*')}$`, 's');
  return ({ id, modelName, litellmModel, apiBase }) =>
    [id, modelName, litellmModel, apiBase].some(
      (name) => name === pattern || (name !== null && expression?.test(name) === true),
    );
}

function describeChoices(deployments: readonly DeploymentConfig[]): string {
  return [
    ...new Set(deployments.slice(0, 3).flatMap(({ id, litellmModel }) => [id, litellmModel])),
  ].join(', ');
}
