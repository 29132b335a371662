import type { Warning } from '../errors';
import type { ConfigFile } from './config-schema';
import type { DeploymentConfig } from './gateway-config';
import { FALLBACK_KEYS } from './rewrite-fallbacks';
import { closestKey } from './settings/closest-key';

/** What is legal about routing, yet cannot be meant. */
export function findRoutingWarnings(
  file: ConfigFile,
  deployments: readonly DeploymentConfig[],
): readonly Warning[] {
  return (['router_settings', 'litellm_settings'] as const).flatMap((section) => {
    const settings = file[section];
    if (settings === null || settings === undefined) return [];
    const names = namesOf(file, deployments);
    const fallbacks = FALLBACK_KEYS.flatMap((key) =>
      Object.entries(settings[key] ?? {}).flatMap(([model, targets]) =>
        warnOfFallback({ path: `${section}.${key}`, model, targets }, names),
      ),
    );
    const defaults = (settings.default_fallbacks ?? []).flatMap((target) =>
      warnOfTarget(`${section}.default_fallbacks`, target, names),
    );
    return [...fallbacks, ...defaults, ...warnOfCooldown(section, settings.cooldown_time)];
  });
}

interface Names {
  readonly groups: readonly string[];
  readonly targets: readonly string[];
}

function namesOf(file: ConfigFile, deployments: readonly DeploymentConfig[]): Names {
  const aliases = Object.keys(file.router_settings?.model_group_alias?.targets ?? {});
  const groups = [...deployments.map(({ modelName }) => modelName), ...aliases];
  const single = deployments.flatMap(({ id, litellmModel }) => [id, litellmModel]);
  return { groups: [...new Set(groups)], targets: [...new Set([...groups, ...single])] };
}

interface Fallback {
  readonly path: string;
  readonly model: string;
  readonly targets: readonly string[];
}

function warnOfFallback({ path, model, targets }: Fallback, names: Names): readonly Warning[] {
  const self = targets.includes(model)
    ? [{ rule: 'config.fallbacks.self', path, message: `${model} falls back to itself; remove it` }]
    : [];
  const unknown =
    names.groups.length === 0 || model === '*' || isAmong(model, names.groups)
      ? []
      : [
          {
            rule: 'config.fallbacks.unknown-model',
            path,
            message: `no model_name ${model} is in model_list, so these fallbacks never apply; ${advice(model, names.groups)}`,
          },
        ];
  return [...self, ...unknown, ...targets.flatMap((target) => warnOfTarget(path, target, names))];
}

function warnOfTarget(path: string, target: string, names: Names): readonly Warning[] {
  // A file without model_list is part of another one: there is nothing to compare with.
  if (names.groups.length === 0 || isAmong(target, names.targets)) return [];
  return [
    {
      rule: 'config.fallbacks.unknown-target',
      path,
      message: `nothing in model_list is called ${target}; ${advice(target, names.targets)}`,
    },
  ];
}

function advice(name: string, known: readonly string[]): string {
  const likely = closestKey(name, known);
  return likely === null ? 'add it, or remove it here' : `did you mean ${likely}?`;
}

/** `openai/*` in `model_list` stands for every model of OpenAI. */
function isAmong(name: string, known: readonly string[]): boolean {
  return known.some((candidate) => {
    const star = candidate.indexOf('*');
    if (star === -1) return candidate === name;
    const tail = candidate.slice(star + 1);
    const fits = name.length >= candidate.length - 1;
    return fits && name.startsWith(candidate.slice(0, star)) && name.endsWith(tail);
  });
}

function warnOfCooldown(section: string, seconds: number | null | undefined): readonly Warning[] {
  if (seconds !== 0) return [];
  const message =
    'LiteLLM reads 0 as not set; to rest no deployment, write router_settings: {disable_cooldowns: true}';
  return [{ rule: 'config.cooldown-zero', path: `${section}.cooldown_time`, message }];
}
