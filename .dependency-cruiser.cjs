// The arrows of ARCHITECTURE.md: bin → constructs → lib ← runtime ← bin, and bin → operations → lib.
// Types count: an `import type` across a forbidden arrow is the same mistake. test/architecture/layers.test.ts plants one
// violation per arrow and expects each to be found here.

/** Every provider: one folder of runtime/providers each. What they share stands beside them, such as the formats that several speak. */
const PROVIDERS = '^runtime/providers/(anthropic|azure|bedrock|gemini|openai-format|vertex)/';

/** The replicas as Kubernetes runs them, and what their names and types come from. */
const SHARED_WORKLOAD = '^constructs/k8s/(compute/workload|foundation)/';

/**
 * The nouns of a region in the order in which they are built: each may use those before it. What all of them stand on is
 * `foundation`. docs/decisions/0013-nouns-are-folders-in-one-order.md says why this order.
 */
const NOUNS = [
  'foundation',
  'network',
  'secrets',
  'database',
  'cache',
  'compute',
  'load-balancer',
  'autoscaling',
  'dns',
  'failover',
  'monitoring',
  'backup',
  'chaos',
];

/**
 * The chapters of the gateway from the pure ones up: each may use those before it. runtime/README.md tells their story in the
 * order of a request.
 */
const CHAPTERS = [
  'routing',
  'providers',
  'credentials',
  'upstream',
  'admission',
  'ledger',
  'telemetry',
  'directory',
  'http',
  'auth',
  'limits',
  'state',
  'database',
  'dispatch',
  'simulation',
  'health',
  'management',
  'handlers',
  'wiring',
];

const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    never(
      'no-cycle',
      'Two files that need each other are one concept, or hide a third.',
      {},
      {
        circular: true,
      },
    ),
    never(
      'lib-imports-nothing-above',
      'lib says what a highly available gateway is; it knows neither how it is deployed nor how it runs.',
      { path: '^lib/' },
      { path: '^(bin|constructs|runtime|operations|test|examples)/' },
    ),
    never(
      'constructs-import-lib-only',
      'Deploy time and request time meet in lib/gateway-contract.ts.',
      { path: '^constructs/' },
      { path: '^(bin|runtime|operations|test|examples)/' },
    ),
    never(
      'runtime-imports-lib-only',
      'The gateway runs without any deployment framework and without the tools around it.',
      { path: '^runtime/' },
      { path: '^(bin|constructs|operations|test|examples)/' },
    ),
    never(
      'operations-import-lib-only',
      'Procedures are pure and live in lib; what is deployed and what serves is told to operations as data.',
      { path: '^operations/' },
      { path: '^(bin|constructs|runtime|test|examples)/' },
    ),
    never(
      'bin-imports-no-test',
      'What is shipped never depends on its tests or its examples.',
      { path: '^bin/' },
      { path: '^(test|examples)/' },
    ),
    never(
      'no-target-imports-another',
      'A user of one target installs only its framework. The workload chart alone is shared, by EKS and GKE.',
      { path: '^constructs/([^/]+)/' },
      {
        path: '^constructs/[^/]+/',
        pathNot: ['^constructs/$1/', SHARED_WORKLOAD],
      },
    ),
    never(
      'only-aws-and-gcp-share-the-workload',
      'EKS and GKE run the workload chart; nothing else has a cluster to put it in.',
      { path: '^constructs/', pathNot: '^constructs/(aws|gcp|k8s)/' },
      { path: SHARED_WORKLOAD },
    ),
    ...NOUNS.slice(0, -1).map((noun, index) =>
      never(
        `${noun}-imports-no-later-noun`,
        'A noun may use those that are built before it; what two need stands in the earlier one, or in foundation.',
        { path: `^constructs/([^/]+)/${noun}/` },
        { path: `^constructs/$1/(${NOUNS.slice(index + 1).join('|')})/` },
      ),
    ),
    never(
      'no-noun-imports-its-composer',
      'Nouns are put together above them; of what stands there, defaults alone are for everybody.',
      { path: `^constructs/([^/]+)/(${NOUNS.join('|')})/` },
      {
        path: '^constructs/$1/([^/]+\\.ts$|patterns/)',
        pathNot: '^constructs/[^/]+/defaults\\.ts$',
      },
    ),
    never(
      'defaults-import-no-noun',
      'Every noun may read the defaults, so they know none.',
      { path: '^constructs/[^/]+/defaults\\.ts$' },
      { path: '^constructs/' },
    ),
    never(
      'no-provider-imports-another',
      'Each provider can be read, changed and removed alone; what two share stands beside them in runtime/providers.',
      { path: PROVIDERS },
      { path: PROVIDERS, pathNot: '^runtime/providers/$1/' },
    ),
    // The first two have a rule of their own.
    ...CHAPTERS.slice(2, -1).map((chapter) =>
      never(
        `${chapter}-imports-no-later-chapter`,
        'A chapter of the gateway may use those before it; what two need stands in the earlier one.',
        { path: `^runtime/${chapter}/` },
        { path: `^runtime/(${CHAPTERS.slice(CHAPTERS.indexOf(chapter) + 1).join('|')})/` },
      ),
    ),
    never(
      'no-chapter-imports-what-wires-it',
      'The chapters are put together above them.',
      { path: `^runtime/(${CHAPTERS.join('|')})/` },
      { path: '^runtime/(entry|gateway|gateway-routes|index|main)\\.ts$' },
    ),
    never(
      'routing-and-providers-are-pure',
      'Choosing and translating need no effect: what they need is an argument.',
      { path: '^runtime/(routing|providers)/' },
      {
        path: '^runtime/[^/]+/',
        pathNot: '^runtime/(routing|providers)/',
      },
    ),
    never(
      'only-declared-packages',
      'A package that is missing from package.json, or there for development only, is missing for the user.',
      // The build's own scripts are not shipped.
      { path: '^(lib|constructs|runtime|operations|bin)/', pathNot: '^bin/[^/]+\\.mjs$' },
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined'],
        dependencyTypesNot: ['npm', 'npm-peer', 'npm-optional', 'core'],
      },
    ),
    never('no-unresolvable', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out|cdk\\.out|cdktf\\.out|\\.lab)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
