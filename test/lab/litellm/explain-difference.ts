import type { World, WorldCall, WorldDeployment } from './draw-world';
import type { Ending } from './play-ours';

/** One call as both have ended it, in a world in which they were alike until then. */
export interface Comparison {
  readonly world: World;
  readonly call: WorldCall;
  readonly theirs: Ending;
  readonly ours: Ending;
}

/**
 * The row of the compatibility table by which this gateway goes another way where the two part; null: there is none. What
 * follows that point proves nothing, because the two are in different states.
 */
export function explainDifference(comparison: Comparison): string | null {
  const parting = findParting(comparison);
  return ROWS.find(([, applies]) => applies(parting, comparison))?.[0] ?? null;
}

interface Parting {
  /** Whom both have asked until then, in order. */
  readonly before: readonly WorldDeployment[];
  /** The last of them; null: they differ from the beginning. */
  readonly last: WorldDeployment | null;
  /** Whom each asks next; null: nobody any more. */
  readonly theirs: WorldDeployment | null;
  readonly ours: WorldDeployment | null;
}

type Row = readonly [id: string, applies: (parting: Parting, at: Comparison) => boolean];

const REFUSALS = [401, 404, 429];

/** The first that applies is the reason. */
const ROWS: readonly Row[] = [
  ['fallback.filtered-answer', ({ last }) => last?.behaviour.kind === 'filters'],
  [
    'retry.forbidden',
    ({ last, theirs }) => theirs !== null && theirs === last && says(last, [403]),
  ],
  [
    'retry.other-deployment-first',
    ({ last, ours, before }) =>
      ours !== null && ours.group === last?.group && !before.includes(ours),
  ],
  ['cooldown.credentials', ({ theirs, before }) => isFirst(theirs, before) && says(theirs, [403])],
  [
    'cooldown.allowed-fails-and-rate-limits',
    ({ theirs, before }, { world }) =>
      world.settings.allowed_fails !== undefined &&
      isFirst(theirs, before) &&
      says(theirs, REFUSALS),
  ],
  // Of a group whose deployments are left out the others weigh nothing, and LiteLLM divides by it.
  [
    'strategy.simple-shuffle.all-zero',
    ({ ours }, { theirs }) => ours?.weight === 0 && theirs.status === 500,
  ],
  [
    'cooldown.lone-deployment',
    ({ ours, theirs }, { world }) =>
      theirs === null && ours !== null && isLone(ours, world) && says(ours, REFUSALS),
  ],
  // What rests is passed over, and the search goes on behind it.
  [
    'fallback.resting-group',
    ({ theirs, ours, last }) => theirs === null && ours !== null && last !== null,
  ],
  ['fallback.cycles', ({ theirs, before }) => before.some(({ group }) => group === theirs?.group)],
  [
    'fallback.depth',
    ({ ours, before }, { world }) =>
      ours === null &&
      new Set(before.map(({ group }) => group)).size > world.settings.max_fallbacks,
  ],
];

function says(deployment: WorldDeployment | null, statuses: readonly number[]): boolean {
  return deployment?.behaviour.kind === 'says' && statuses.includes(deployment.behaviour.status);
}

/** LiteLLM asks somebody for the first time in this call whom this gateway leaves out. */
function isFirst(deployment: WorldDeployment | null, before: readonly WorldDeployment[]): boolean {
  return deployment !== null && !before.includes(deployment);
}

function isLone({ group }: WorldDeployment, { deployments }: World): boolean {
  return deployments.filter((other) => other.group === group).length === 1;
}

function findParting({ world, theirs, ours }: Comparison): Parting {
  const byId = new Map(world.deployments.map((deployment) => [deployment.id, deployment]));
  const askedBy = ({ asked }: Ending): readonly (WorldDeployment | null)[] =>
    asked.map((id) => byId.get(id) ?? null);
  const [their, our] = [askedBy(theirs), askedBy(ours)];
  const same = their.findIndex((deployment, at) => deployment !== our[at]);
  const at = same === -1 ? their.length : same;
  const before = their.slice(0, at).flatMap((deployment) => deployment ?? []);
  return { before, last: before.at(-1) ?? null, theirs: their[at] ?? null, ours: our[at] ?? null };
}
