import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { readCpuMicros, readResidentKib } from './process-cost.mjs';
import { runToEnd, startDriver, startMock, startTarget } from './targets.mjs';

const WARM_UP_SECONDS = 2;
const HELD_MS = 2_000;
const SETTLE_MS = 300;
/** Longest that a round may outlast its load. */
const PATIENCE_SECONDS = 20;

/** Runs a scenario. Returns the rounds of each case, in step: the third round of one was beside the third of another. */
export async function measureScenario(scenario, { bundles, rounds, seconds }) {
  const cases = scenario.cases.filter(({ target }) => bundles.has(target));
  switch (scenario.kind) {
    case 'load':
      return withStand(cases, bundles, (stand) => measureLoad(cases, stand, { rounds, seconds }));
    case 'memory':
      return withStand(cases, bundles, (stand) => measureMemory(cases, stand, scenario.streams));
    case 'start':
      return measureStart(cases, { bundles, rounds, models: scenario.models });
    case 'synth':
      return measureSynth(cases, rounds);
    case 'translate':
      return measureTranslation(cases, rounds);
  }
}

/** Targets, mock and driver for the length of a scenario; ends with the proof that the gateway saw every request. */
async function withStand(cases, bundles, measureCases) {
  const mock = await startMock();
  const driver = startDriver();
  const targets = new Map([['direct', mock]]);
  try {
    for (const name of new Set(cases.map(({ target }) => target))) {
      if (name === 'direct') continue;
      const options = { upstreamPort: mock.port, bundle: bundles.get(name) };
      targets.set(name, await startTarget(name, options));
    }
    const stand = { driver, targets, good: new Map(), faults: [] };
    const measured = await measureCases(stand);
    for (const [name, target] of targets) {
      if (target.log !== undefined) stand.faults.push(...(await audit(name, target, stand.good)));
    }
    return { measured, faults: stand.faults };
  } finally {
    await driver.stop();
    for (const target of targets.values()) await target.stop();
  }
}

async function measureLoad(cases, stand, { rounds, seconds }) {
  for (const { target, load } of cases) {
    await warmUp(stand, target, load);
  }
  const measured = new Map(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // There and back again, so that a machine that grows slower favours nobody.
    for (const { name, target, load } of round % 2 === 0 ? cases : cases.toReversed()) {
      measured.get(name).push(await run(stand, target, { ...load, seconds }));
    }
  }
  return measured;
}

/** Cold code is slow enough for a gateway to shed load, so what is refused here voids nothing. */
async function warmUp(stand, name, load) {
  await drive(stand, name, { ...load, seconds: WARM_UP_SECONDS });
}

/** One stretch of load, with what it cost the target. */
async function run(stand, name, load) {
  const round = await drive(stand, name, load);
  const { good, bad, lost } = round;
  if (bad + lost > 0) {
    stand.faults.push(
      `${name}: ${bad} wrong answers, ${lost} lost connections, ${good} good answers`,
    );
  }
  return round;
}

async function drive({ driver, targets, good }, name, load) {
  const { pid, port } = targets.get(name);
  const signal = AbortSignal.timeout((load.seconds + PATIENCE_SECONDS) * 1000);
  driver.child.send({ port, load });
  await once(driver.child, 'message', { signal });
  const beforeMicros = readCpuMicros(pid);
  const [result] = await once(driver.child, 'message', { signal });
  const cpuMicros = readCpuMicros(pid) - beforeMicros;
  good.set(name, (good.get(name) ?? 0) + result.good);
  return {
    ...result,
    cpuMicros: cpuMicros / (load.gapMs > 0 ? result.events : result.good),
    busy: cpuMicros / result.wallMicros,
    perSecond: result.good / (result.wallMicros / 1e6),
    residentKib: readResidentKib(pid),
  };
}

async function measureMemory(cases, stand, streams) {
  const measured = new Map();
  for (const { name, target, load } of cases) {
    const { pid } = stand.targets.get(target);
    await warmUp(stand, target, { ...load, connections: 64, chunks: 0, gapMs: 0 });
    await pause(SETTLE_MS);
    const beforeKib = readResidentKib(pid);
    // Long enough for every stream to be asked for, and for none to be asked for twice.
    const ending = run(stand, target, { ...load, seconds: 0.1 });
    await pause(HELD_MS);
    const heldKib = readResidentKib(pid);
    const ended = await ending;
    measured.set(name, [{ ...ended, kibPerStream: (heldKib - beforeKib) / streams }]);
  }
  return measured;
}

async function measureStart(cases, { bundles, rounds, models }) {
  const measured = new Map(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, target } of round % 2 === 0 ? cases : cases.toReversed()) {
      const startedMs = performance.now();
      const started = await startTarget(target, {
        upstreamPort: 9,
        bundle: bundles.get(target),
        models,
      });
      const startMs = performance.now() - startedMs;
      await pause(SETTLE_MS);
      const { pid } = started;
      const cost = { startMs, cpuMicros: readCpuMicros(pid), residentKib: readResidentKib(pid) };
      measured.get(name).push(cost);
      await started.stop();
    }
  }
  return { measured, faults: [] };
}

/** A process for each synthesis: what one leaves behind would be the next one's memory. */
async function measureSynth(cases, rounds) {
  const measured = new Map(cases.map(({ name }) => [name, []]));
  const faults = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, regions } of round % 2 === 0 ? cases : cases.toReversed()) {
      const command = ['node', '--expose-gc', 'synth-regions.mjs', regions];
      const { stacks, ...cost } = JSON.parse(await runToEnd(command));
      if (stacks !== regions) faults.push(`${name}: ${stacks} stacks`);
      measured.get(name).push(cost);
    }
  }
  return { measured, faults };
}

/** A process for each, so that no case is compiled for the shapes of another. */
async function measureTranslation(cases, rounds) {
  const measured = new Map(cases.map(({ name }) => [name, []]));
  const faults = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { name } of round % 2 === 0 ? cases : cases.toReversed()) {
      const { bytes, ...cost } = JSON.parse(await runToEnd(['node', 'translate-chunks.mjs', name]));
      if (bytes < 50) faults.push(`${name}: ${bytes} bytes a chunk`);
      measured.get(name).push(cost);
    }
  }
  return { measured, faults };
}

/** The gateway's own books against the driver's: a request that was dropped or counted twice voids the run. */
async function audit(name, target, good) {
  const answered = good.get(name) ?? 0;
  const response = await fetch(`http://127.0.0.1:${target.port}/metrics`);
  const counted = /^litellm_requests_total\{status="success"\} (\d+)$/m.exec(await response.text());
  await target.stop();
  const books = {
    'requests in the metrics': Number(counted?.[1]),
    'lines in the access log': target.log.lines,
    'lines with usage': target.log.withUsage,
  };
  return Object.entries(books)
    .filter(([, count]) => count !== answered)
    .map(([what, count]) => `${name}: ${count} ${what} for ${answered} answers`);
}
