import { checkInvariants, findTraceDifference } from '../../../runtime/simulation/invariants';
import { runSimulation } from '../../../runtime/simulation/run-simulation';
import { findNeighbourDifference } from '../../../runtime/simulation/neighbours';
import { drawStorm, drawSwarm } from '../../../runtime/simulation/swarm';
import { renderTrace } from '../../../runtime/simulation/trace';

/** Worlds that take turns: while one waits for the event loop, the others go on. */
const AT_ONCE = 20;
/** Every so many seeds are run twice. */
const REPEATED = 100;
/** Every so many seeds also draw a storm, which is a busy world. */
const STORMS = 50;
/** Every so many seeds are also played without one group's faults. */
const COMPARED = 10;

/** `node swarm-driver.cjs SEEDS` plays so many worlds and prints what broke in them, one finding a line. */
async function main(seeds: number): Promise<void> {
  for (let first = 1; first <= seeds; first += AT_ONCE) {
    const worlds = Array.from({ length: AT_ONCE }, (_, index) => first + index);
    const findings = await Promise.all(worlds.map(findProblems));
    for (const finding of findings.flat()) process.stdout.write(`${finding}\n`);
  }
  process.stdout.write(`played ${seeds}\n`);
}

async function findProblems(seed: number): Promise<readonly string[]> {
  const result = await runSimulation(drawSwarm(seed));
  const findings = checkInvariants(result).map(
    ({ invariant, finding }) => `${invariant}: ${finding}`,
  );
  if (seed % REPEATED === 0) {
    const again = await runSimulation(drawSwarm(seed));
    const difference = findTraceDifference(renderTrace(result.trace), renderTrace(again.trace));
    if (difference !== null) findings.push(`I10 the same seed gives the same trace: ${difference}`);
  }
  if (seed % STORMS === 0) {
    const storm = checkInvariants(await runSimulation(drawStorm(seed)));
    findings.push(...storm.map(({ invariant, finding }) => `in a storm, ${invariant}: ${finding}`));
  }
  if (seed % COMPARED === 0) {
    const difference = await findNeighbourDifference(drawSwarm(seed));
    if (difference !== null && difference !== 'alone')
      findings.push(`I17 neighbours do not notice: ${difference}`);
  }
  return findings.map((finding) => `litellm-ha simulate --swarm --seed ${seed}  # ${finding}`);
}

void main(Number(process.argv[2]));
