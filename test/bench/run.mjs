// Measures the built gateway beside its anchors: `npm run build && npm run bench`. See docs/performance.md.
//
//   --only json1k,start    these scenarios
//   --targets gateway,floor   these targets of them
//   --rounds 5             rounds of each
//   --seconds 1.2          length of a round; many short ones tell small differences on a busy machine
//   --gateway FILE         this bundle of the gateway instead of the built one
//   --baseline FILE        another one, measured in turn with it
//   --profile              write a CPU profile of each gateway; the figures then mean nothing
//   --check FILE           exit with 1 when a `must` of these goals is missed
//
// Exit codes: 0 well, 1 a goal missed, 2 void (an answer was wrong or a request lost), 3 too noisy to judge.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureScenario } from './measure.mjs';
import { renderReport } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { hasNginx, hasTaskset } from './targets.mjs';
import { findNoise, judgeGoal } from './verdicts.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT = join(ROOT, 'out', 'bench');

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(SCENARIOS).join(',') },
    targets: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.2' },
    gateway: { type: 'string', default: join(ROOT, 'dist', 'gateway', 'gateway.js') },
    baseline: { type: 'string' },
    profile: { type: 'boolean', default: false },
    check: { type: 'string' },
  },
});
if (process.platform !== 'linux')
  refuse('the bench reads CPU time from /proc, which Linux alone has');
if (!existsSync(options.gateway)) refuse(`${options.gateway} is missing; run npm run build first`);

const nodeFlags = options.profile
  ? ['--cpu-prof', `--cpu-prof-dir=${OUTPUT}`, '--cpu-prof-interval=200']
  : [];

/** What can be measured here, with the bundle where there is one. */
const bundles = new Map([
  ['direct', null],
  ['gateway', { file: options.gateway, nodeFlags }],
  ...(options.baseline === undefined ? [] : [['baseline', { file: options.baseline, nodeFlags }]]),
  ['bare-relay', null],
  ['bare-node', null],
  ['floor', null],
  ...(hasNginx ? [['nginx', null]] : []),
  ['synth', null],
]);

const wanted = options.targets?.split(',') ?? [...bundles.keys()];
for (const name of bundles.keys()) if (!wanted.includes(name)) bundles.delete(name);

const results = new Map();
for (const name of options.only.split(',')) {
  const scenario = SCENARIOS[name];
  if (scenario === undefined)
    refuse(`--only knows ${Object.keys(SCENARIOS).join(', ')}; got ${name}`);
  process.stderr.write(`${name}: ${scenario.title}\n`);
  const [rounds, seconds] = [options.rounds, options.seconds].map(Number);
  results.set(name, await measureScenario(scenario, { bundles, rounds, seconds }));
}

const goals = JSON.parse(
  readFileSync(options.check ?? new URL('goals.json', import.meta.url), 'utf8'),
);
const verdicts = goals
  .filter(({ scenario }) => results.has(scenario))
  .map((goal) => judgeGoal(goal, results));
const faults = [...results.values()].flatMap((result) => result.faults);
const noise = findNoise(SCENARIOS, results);
const machine = {
  node: process.version,
  kernel: release(),
  processors: `${cpus().length} × ${cpus()[0]?.model}`,
  pinned: hasTaskset ? 'yes' : 'no: taskset is missing, so programs disturb each other',
  nginx: hasNginx ? 'measured' : 'not found, so its goals are not measured',
};

mkdirSync(OUTPUT, { recursive: true });
const rounds = Object.fromEntries(
  [...results].map(([name, { measured }]) => [name, Object.fromEntries(measured)]),
);
const report = renderReport({ machine, scenarios: SCENARIOS, results, verdicts, faults, noise });
writeFileSync(join(OUTPUT, 'report.md'), report);
writeFileSync(
  join(OUTPUT, 'report.json'),
  JSON.stringify({ machine, verdicts, faults, noise, rounds }, null, 1),
);
process.stdout.write(report);

const missed = verdicts.some(({ verdict }) => verdict === 'missed');
if (faults.length > 0) process.exitCode = 2;
else if (options.check !== undefined && noise.length > 0) process.exitCode = 3;
else if (options.check !== undefined && missed) process.exitCode = 1;

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
