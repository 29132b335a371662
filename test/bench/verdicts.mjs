import { median, spread } from './statistics.mjs';

/** An anchor whose own cost varies by more than this share says that the machine was not fit to measure on. */
const NOISE_LIMIT = 0.25;

/** What a run says of a goal: ratios of rounds that ran side by side, never of numbers from different runs. */
export function judgeGoal(goal, results) {
  const measured = results.get(goal.scenario)?.measured;
  const [of, to, over] = [goal.of, goal.to, goal.over].map((name) => measured?.get(name));
  if (of === undefined || to === undefined)
    return { ...goal, ratio: null, verdict: 'not measured' };
  const ratios = of.map((round, index) => {
    const base = over?.[index][goal.metric] ?? 0;
    return (round[goal.metric] - base) / (to[index][goal.metric] - base);
  });
  const ratio = median(ratios);
  return {
    ...goal,
    ratio,
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    verdict: ratio <= goal.target ? 'target' : ratio <= goal.must ? 'must' : 'missed',
  };
}

/** Scenarios whose anchor did not hold still. */
export function findNoise(scenarios, results) {
  const noisy = [];
  for (const [name, { measured }] of results) {
    const rounds = measured.get(scenarios[name].anchor);
    if (rounds === undefined) continue;
    const share = spread(rounds.map(({ cpuMicros }) => cpuMicros));
    if (share > NOISE_LIMIT)
      noisy.push(`${name}: the anchor varied by ${Math.round(share * 100)} %`);
  }
  return noisy;
}
