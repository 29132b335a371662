// Synthesizes ActiveActive over so many regions, as `cdk synth` would, and tells what each of them cost:
//   node --expose-gc test/bench/synth-regions.mjs 8
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import aws from '../../dist/constructs/aws/index.js';

const { ActiveActive, Database, GatewayConfig } = aws;
const REGIONS = [
  'us-east-1',
  'eu-west-1',
  'ap-southeast-2',
  'us-west-2',
  'eu-central-1',
  'ap-northeast-1',
  'ca-central-1',
  'sa-east-1',
];
const CONFIG = `model_list:
  - model_name: gpt-4o
    litellm_params: { model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY }
`;

function synthesize(count) {
  const outdir = mkdtempSync(join(tmpdir(), 'litellm-ha-bench-'));
  try {
    const app = new App({ outdir, context: { 'aws:cdk:disable-asset-staging': true } });
    new ActiveActive(app, 'litellm', {
      config: GatewayConfig.fromYaml(CONFIG),
      secrets: { OPENAI_API_KEY: 'litellm/OPENAI_API_KEY' },
      domain: {
        name: 'api.example.com',
        zone: { hostedZoneId: 'Z0000000000EXAMPLE', zoneName: 'example.com' },
      },
      dataMode: 'global-database',
      database: Database.aurora({ maxConnections: 5000 }),
      regions: REGIONS.slice(0, count).map((region) => ({ region })),
    });
    return { app, assembly: app.synth() };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const count = Number(process.argv[2]);
// What is loaded and compiled once is nobody's region.
synthesize(2);
global.gc();
const heapBefore = process.memoryUsage().heapUsed;
const cpuBefore = process.cpuUsage();
const held = synthesize(count);
const { user, system } = process.cpuUsage(cpuBefore);
global.gc();
const heapBytes = process.memoryUsage().heapUsed - heapBefore;
process.stdout.write(
  JSON.stringify({
    stacks: held.assembly.stacks.length,
    cpuMicros: (user + system) / count,
    heapKib: heapBytes / 1024 / count,
  }),
);
