import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithTool } from '../../support/lab-tool';
import { PROJECT_ROOT } from '../../support/project-files';
import { drawWorld } from './draw-world';
import type { World } from './draw-world';
import { explainDifference } from './explain-difference';
import { playLitellm } from './play-litellm';
import { playOurs } from './play-ours';
import type { Ending } from './play-ours';

const WORLDS = 200;

interface Outcome {
  readonly what: string;
  /** Null: the same deployments in the same order, and the same status. */
  readonly difference: {
    readonly row: string | null;
    readonly theirs: Ending;
    readonly ours: Ending;
    /** Models that were asked here beside the first. */
    readonly fallbacks: number;
    readonly mostFallbacks: number;
  } | null;
}

describeWithTool('litellm', (litellm) => {
  describe('200 drawn configurations with failing providers', () => {
    let outcomes: readonly Outcome[];

    beforeAll(async () => {
      const worlds = Array.from({ length: WORLDS }, (_, index) => drawWorld(index + 1));
      const endings = await playLitellm(litellm, worlds);
      const compared: Outcome[] = [];
      for (const world of worlds) {
        compared.push(...compare(world, endings.get(world.name) ?? [], await playOurs(world)));
      }
      outcomes = compared;
    }, 300_000);

    it("take LiteLLM's way, or another one by a row of the compatibility table", () => {
      const document = readFileSync(join(PROJECT_ROOT, 'docs', 'litellm-compatibility.md'), 'utf8');
      const unexplained = outcomes.filter(
        ({ difference }) =>
          difference !== null &&
          (difference.row === null || !document.includes(`| \`${difference.row}\` |`)),
      );
      expect(unexplained).toEqual([]);
      const same = outcomes.filter(({ difference }) => difference === null);
      expect(same.length).toBeGreaterThan(WORLDS);
    });

    it('answer whom LiteLLM answers, as far as `max_fallbacks` lets them', () => {
      const lost = outcomes.filter(
        ({ difference }) =>
          difference?.theirs.status === 200 &&
          difference.ours.status !== 200 &&
          difference.fallbacks < difference.mostFallbacks,
      );
      expect(lost.map(({ what }) => what)).toEqual([]);
    });
  });
});

/** Up to the first call that differs: from there on the two know different things of their deployments. */
function compare(
  world: World,
  theirs: readonly Ending[],
  ours: readonly Ending[],
): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  for (const [index, call] of world.calls.entries()) {
    const [their, our] = [theirs[index], ours[index]];
    if (their === undefined || our === undefined) throw new Error(`${world.name} was not played`);
    const isSame = their.status === our.status && their.asked.join() === our.asked.join();
    const row = isSame ? null : explainDifference({ world, call, theirs: their, ours: our });
    const fallbacks = new Set(our.asked.map(groupOf)).size - 1;
    const mostFallbacks = world.settings.max_fallbacks;
    outcomes.push({
      what: `${world.name}, call ${index} of ${call.model}`,
      difference: isSame ? null : { row, theirs: their, ours: our, fallbacks, mostFallbacks },
    });
    if (!isSame) break;
  }
  return outcomes;
}

function groupOf(id: string): string {
  return id.slice(0, id.indexOf('-'));
}
