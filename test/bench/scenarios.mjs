// What is measured. A case is a load on a target; the cases of a scenario take turns within one run and are compared with
// each other alone.

const CONNECTIONS = 64;
const STREAMS_HELD = 1000;

const load = (changes) => ({
  connections: CONNECTIONS,
  bytes: 1024,
  chunks: 0,
  gapMs: 0,
  perSecond: 0,
  ...changes,
});

/** The same load on each target; a target's name is the case's. */
const onEach = (targets, changes) =>
  targets.map((target) => ({ name: target, target, load: load(changes) }));

export const SCENARIOS = {
  json1k: {
    title: 'JSON of 1 KB, 64 connections, closed loop',
    kind: 'load',
    unit: 'request',
    anchor: 'floor',
    cases: onEach(['gateway', 'baseline', 'bare-relay', 'floor', 'nginx'], {}),
  },
  json100k: {
    title: 'requests of 100 KB beside requests of 1 KB',
    kind: 'load',
    unit: 'request',
    anchor: 'floor-100k',
    cases: ['gateway', 'baseline', 'floor'].flatMap((target) => [
      { name: `${target}-1k`, target, load: load() },
      { name: `${target}-100k`, target, load: load({ bytes: 100 * 1024 }) },
    ]),
  },
  'sse-burst': {
    title: 'streams of 64 chunks sent at once, 64 connections',
    kind: 'load',
    unit: 'request',
    anchor: 'floor',
    cases: onEach(['gateway', 'baseline', 'bare-relay', 'floor', 'nginx'], { chunks: 64 }),
  },
  'sse-paced': {
    title: 'streams of 64 chunks 10 ms apart, 64 connections',
    kind: 'load',
    unit: 'chunk',
    anchor: 'floor',
    cases: onEach(['direct', 'gateway', 'baseline', 'bare-relay', 'floor', 'nginx'], {
      chunks: 64,
      gapMs: 10,
    }),
  },
  'open-loop': {
    title: 'JSON of 1 KB, 2,000 requests a second, open loop',
    kind: 'load',
    unit: 'request',
    anchor: 'floor',
    cases: onEach(['direct', 'gateway', 'baseline', 'floor', 'nginx'], { perSecond: 2000 }),
  },
  'hold-1000': {
    title: 'memory of 1,000 open streams, two chunks a second each',
    kind: 'memory',
    streams: STREAMS_HELD,
    cases: onEach(['gateway', 'baseline', 'bare-relay', 'nginx'], {
      connections: STREAMS_HELD,
      chunks: 6,
      gapMs: 500,
    }),
  },
  start: {
    title: 'from spawn to the first connection taken, 50 models',
    kind: 'start',
    models: 50,
    cases: onEach(['gateway', 'baseline', 'bare-node'], {}),
  },
  synth: {
    title: 'synthesis of ActiveActive on AWS over 2, 4 and 8 regions',
    kind: 'synth',
    unit: 'region',
    anchor: '2-regions',
    cases: [2, 4, 8].map((regions) => ({
      name: `${regions}-regions`,
      target: 'synth',
      regions,
    })),
  },
  translate: {
    title: 'translation of a stream into OpenAI’s format',
    kind: 'translate',
    unit: 'chunk',
    anchor: 'parse-alone',
    cases: ['parse-alone', 'anthropic', 'bedrock', 'gemini'].map((name) => ({
      name,
      target: 'synth',
    })),
  },
};
