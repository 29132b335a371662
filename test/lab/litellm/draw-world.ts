import type { Random } from '../../../runtime/ports';
import {
  createSeededRandom,
  drawChance,
  drawOne,
  drawWhole,
  mixSeeds,
} from '../../../runtime/simulation/seeded-random';

/** What a provider does with every request of one deployment. */
export type Behaviour =
  | { readonly kind: 'answers' }
  | { readonly kind: 'filters' }
  | { readonly kind: 'says'; readonly status: number }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'refuses-content' };

export interface WorldDeployment {
  readonly id: string;
  readonly group: string;
  readonly weight: number | null;
  readonly order: number | null;
  readonly behaviour: Behaviour;
}

export interface WorldCall {
  readonly model: string;
  readonly num_retries?: number;
  readonly fallbacks?: readonly string[];
  readonly disable_fallbacks?: true;
}

type Lists = readonly Readonly<Record<string, readonly string[]>>[];

/** LiteLLM's words, as both sides read them. */
export interface WorldSettings {
  readonly num_retries: number;
  readonly cooldown_time: number;
  readonly max_fallbacks: number;
  readonly enable_pre_call_checks: boolean;
  readonly disable_cooldowns?: true;
  readonly allowed_fails?: number;
  readonly retry_policy?: Readonly<Record<string, number>>;
  readonly fallbacks?: Lists;
  readonly default_fallbacks?: readonly string[];
  readonly context_window_fallbacks?: Lists;
  readonly content_policy_fallbacks?: Lists;
  readonly model_group_alias?: Readonly<Record<string, string>>;
}

/** A configuration, what its providers do, and calls that follow each other. */
export interface World {
  readonly name: string;
  readonly deployments: readonly WorldDeployment[];
  readonly settings: WorldSettings;
  readonly calls: readonly WorldCall[];
}

/** Long enough to outlast every world: how fast each side runs must not matter. Unit: seconds. */
const COOLDOWN_SECONDS = 3600;

/**
 * Draws worlds in which chance has no say: wherever LiteLLM draws lots, all but one of the deployments weigh nothing or are
 * of a higher order.
 */
export function drawWorld(seed: number): World {
  const random = createSeededRandom(mixSeeds(seed));
  const groups = Array.from({ length: drawWhole(random, 2, 6) }, (_, index) => `g${index + 1}`);
  const deployments = groups.flatMap((group) => drawGroup(random, group));
  return {
    name: `world ${seed}`,
    deployments,
    settings: drawSettings(random, groups),
    calls: Array.from({ length: drawWhole(random, 2, 4) }, () => drawCall(random, groups)),
  };
}

function drawGroup(random: Random, group: string): readonly WorldDeployment[] {
  const form = drawOne(random, ['lone', 'lone', 'weights', 'orders']);
  const count = form === 'lone' ? 1 : drawWhole(random, 2, 3);
  return Array.from({ length: count }, (_, index) => ({
    id: `${group}-${index + 1}`,
    group,
    weight: form === 'weights' ? (index === 0 ? 1 : 0) : null,
    order: form === 'orders' ? index + 1 : null,
    behaviour: drawBehaviour(random),
  }));
}

function drawBehaviour(random: Random): Behaviour {
  const kind = drawOne<Behaviour['kind']>(random, [
    'answers',
    'answers',
    'says',
    'says',
    'says',
    'says',
    'filters',
    'too-long',
    'refuses-content',
  ]);
  return kind === 'says' ? { kind, status: drawOne(random, STATUSES) } : { kind };
}

const STATUSES = [500, 500, 503, 429, 429, 401, 404, 400, 403, 408, 422] as const;

function drawSettings(random: Random, groups: readonly string[]): WorldSettings {
  return {
    num_retries: drawOne(random, [0, 0, 1, 2]),
    cooldown_time: COOLDOWN_SECONDS,
    max_fallbacks: drawOne(random, [5, 5, 5, 1, 2]),
    enable_pre_call_checks: true,
    ...(drawChance(random, 0.1) ? { disable_cooldowns: true } : {}),
    ...(drawChance(random, 0.2) ? { allowed_fails: drawOne(random, [1, 2]) } : {}),
    ...(drawChance(random, 0.1) ? { retry_policy: drawPolicy(random) } : {}),
    ...(drawChance(random, 0.7) ? { fallbacks: drawLists(random, groups) } : {}),
    ...(drawChance(random, 0.2) ? { default_fallbacks: [drawOf(random, groups)] } : {}),
    ...(drawChance(random, 0.2) ? { context_window_fallbacks: drawLists(random, groups) } : {}),
    ...(drawChance(random, 0.2) ? { content_policy_fallbacks: drawLists(random, groups) } : {}),
    ...(drawChance(random, 0.2) ? { model_group_alias: { alias: drawOf(random, groups) } } : {}),
  };
}

function drawPolicy(random: Random): Readonly<Record<string, number>> {
  const name = drawOne(random, [
    'RateLimitErrorRetries',
    'TimeoutErrorRetries',
    'BadRequestErrorRetries',
  ]);
  return { [name]: drawWhole(random, 0, 2) };
}

/** Without cycles: LiteLLM runs them until their depth ends it. */
function drawLists(random: Random, groups: readonly string[]): Lists {
  return groups.flatMap((group, index) => {
    const targets = groups.slice(index + 1).filter(() => drawChance(random, 0.5));
    return targets.length === 0 ? [] : [{ [group]: targets }];
  });
}

function drawCall(random: Random, groups: readonly string[]): WorldCall {
  const model = drawChance(random, 0.7) ? (groups[0] ?? '') : drawOf(random, groups);
  const own = drawChance(random, 0.1);
  return {
    model,
    ...(drawChance(random, 0.1) ? { num_retries: drawWhole(random, 0, 2) } : {}),
    ...(own ? { fallbacks: [drawOf(random, groups)] } : {}),
    ...(!own && drawChance(random, 0.1) ? { disable_fallbacks: true as const } : {}),
  };
}

function drawOf(random: Random, names: readonly string[]): string {
  return names[Math.floor(random.next() * names.length)] ?? '';
}
