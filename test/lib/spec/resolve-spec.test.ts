import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AWS_TRAITS, LOCAL_TRAITS, SpecError, resolveSpec, type GatewayProps } from '../../../lib';
import { RANGES } from '../../../lib/spec';
import { aConfig, aDeployment } from '../../support/a-config';

const secrets = { OPENAI_API_KEY: 'handle' };

function resolve(props: Partial<GatewayProps> = {}) {
  return resolveSpec({ config: aConfig(), secrets, ...props }, AWS_TRAITS);
}

function problemsOf(props: Partial<GatewayProps>, traits = AWS_TRAITS): string[] {
  try {
    resolveSpec({ config: aConfig(), secrets, ...props }, traits);
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
}

describe('resolveSpec', () => {
  it('completes a description with the defaults of the guide', () => {
    const { spec, warnings } = resolve();

    expect(warnings).toEqual([]);
    expect(spec).toMatchObject({
      name: 'litellm',
      zones: 3,
      cidr: '10.40.0.0/16',
      domainName: null,
      secretNames: ['OPENAI_API_KEY'],
      image: { kind: 'packaged' },
      autoscaling: { minReplicas: 3, maxReplicas: 20, cpuPercent: 70, memoryPercent: null },
      database: { majorVersion: 16, readReplicas: 2, storageGib: 100 },
      backup: { retentionDays: 30, window: '03:00-04:00' },
    });
  });

  it('keeps what the user wrote', () => {
    const { spec } = resolve({
      name: 'edge',
      zones: 2,
      autoscaling: { minReplicas: 4 },
      image: { reference: `gateway@sha256:${'0'.repeat(64)}` },
    });

    expect(spec).toMatchObject({
      name: 'edge',
      zones: 2,
      autoscaling: { minReplicas: 4, maxReplicas: 20 },
      image: { kind: 'registry' },
    });
  });

  it('has the literal defaults and ranges that the documentation of the props states', () => {
    const { spec } = resolve();
    const documented = documentedProps();

    for (const prop of documented) {
      if (prop.defaultText.startsWith('-')) continue;
      expect([prop.path, prop.defaultText]).toEqual([prop.path, literal(read(spec, prop.path))]);
    }
    for (const range of RANGES) {
      const prop = documented.find((candidate) => candidate.path === range.path);
      expect([range.path, prop?.unit]).toEqual([
        range.path,
        expect.stringContaining(`${range.min}–${range.max}`),
      ]);
    }
    expect(documented.length).toBeGreaterThan(20);
  });

  it('reports every problem at once', () => {
    expect(() => resolve({ name: 'Edge', zones: 7, secrets: {} })).toThrow(
      [
        'Edge on aws: 4 problems',
        '  - name must be a DNS label of at most 20 characters (a–z, 0–9 and dashes inside), got "Edge"; choose a shorter, lower-case name',
        '  - zones must be a whole number from 2 to 6 (zones), got 7; lower it',
        '  - secrets.OPENAI_API_KEY must be given, because the configuration references os.environ/OPENAI_API_KEY, got nothing; add OPENAI_API_KEY to secrets, or remove the reference',
        '  - autoscaling.minReplicas must be at least the number of zones (7), got 3; raise it, or lower zones',
      ].join('\n'),
    );
  });

  it.each<[string, Partial<GatewayProps>, string]>([
    [
      'a fraction',
      { zones: 2.5 },
      'zones must be a whole number from 2 to 6 (zones), got 2.5; round it',
    ],
    [
      'a range with host bits',
      { cidr: '10.40.0.1/16' },
      'cidr must be an IPv4 range between /16 and /20 without host bits, got "10.40.0.1/16"; write it like 10.40.0.0/16',
    ],
    [
      'a range too small',
      { cidr: '10.40.0.0/24' },
      'cidr must be an IPv4 range between /16 and /20 without host bits, got "10.40.0.0/24"; write it like 10.40.0.0/16',
    ],
    [
      'a URL as domain',
      { domain: { name: 'https://api.example.com' } },
      'domain.name must be a fully qualified host name in lower case, got "https://api.example.com"; write it like api.example.com, without scheme, port or trailing dot',
    ],
    [
      'no model',
      { config: aConfig({ deployments: [] }) },
      'config.model_list must hold at least one model, got none; add an entry with model_name and litellm_params.model',
    ],
    [
      'fewer replicas at most than at least',
      { autoscaling: { minReplicas: 9, maxReplicas: 5 } },
      'autoscaling.maxReplicas must be at least autoscaling.minReplicas (9), got 5; raise it, or lower autoscaling.minReplicas',
    ],
    [
      'more connections than the database takes',
      { autoscaling: { maxReplicas: 50 } },
      'database.maxConnections must be 515 or more (50 replicas × 10 connections + 15 reserved = 515 of 400), got 400; raise it, or lower autoscaling.maxReplicas or general_settings.database_connection_pool_limit',
    ],
    [
      'a short backup window',
      { backup: { window: '23:50-00:10' } },
      'backup.window must be hh:mm-hh:mm in UTC, 30 minutes or more, got "23:50-00:10"; write it like 03:00-04:00',
    ],
    [
      'a malformed backup window',
      { backup: { window: '3am' } },
      'backup.window must be hh:mm-hh:mm in UTC, 30 minutes or more, got "3am"; write it like 03:00-04:00',
    ],
    [
      'a probe that outlasts its interval',
      { probe: { intervalSeconds: 5, timeoutSeconds: 5 } },
      'probe.timeoutSeconds must be less than probe.intervalSeconds (5), got 5; lower it, or raise probe.intervalSeconds',
    ],
    [
      'a silence longer than the answer',
      {
        streaming: { maxStreamSeconds: 100, idleSeconds: 200 },
        config: aConfig({ router: { ...aConfig().router, timeoutSeconds: 100 } }),
      },
      'streaming.idleSeconds must be at most streaming.maxStreamSeconds (100), got 200; lower it, or raise streaming.maxStreamSeconds',
    ],
    [
      'a call longer than the drain',
      { config: aConfig({ router: { ...aConfig().router, timeoutSeconds: 6000 } }) },
      'config.router_settings.timeout must be at most streaming.maxStreamSeconds (600), got 6000; lower it, or raise streaming.maxStreamSeconds to 6000',
    ],
    [
      'a deployment longer than the drain',
      { config: aConfig({ deployments: [aDeployment({ timeoutSeconds: 700 })] }) },
      'config.model_list[0].litellm_params.timeout must be at most streaming.maxStreamSeconds (600), got 700; lower it, or raise streaming.maxStreamSeconds to 700',
    ],
  ])('rejects %s', (_, props, message) => {
    expect(problemsOf(props)).toEqual([message]);
  });

  it('rejects streams that the load balancer of the target cannot carry', () => {
    const traits = { ...AWS_TRAITS, maxIdleSeconds: { value: 60, source: 'a small one' } };

    expect(problemsOf({}, traits)).toEqual([
      'streaming.idleSeconds must be at most 60 (a small one), got 300; lower it',
    ]);
  });

  it('asks for no secrets where the environment provides them', () => {
    expect(problemsOf({ secrets: {} }, LOCAL_TRAITS)).toEqual([]);
  });

  it('asks for no secret that the deployment generates itself', () => {
    const config = aConfig({ requiredEnvironment: ['DATABASE_URL', 'LITELLM_MASTER_KEY'] });

    expect(problemsOf({ config, secrets: {} })).toEqual([]);
  });

  it('accepts a backup window across midnight', () => {
    expect(problemsOf({ backup: { window: '23:30-00:30' } })).toEqual([]);
  });

  it('warns of unused secrets, of moving tags and of scaling on memory', () => {
    const { warnings } = resolve({
      secrets: { ...secrets, OPENAI_KEY: 'handle' },
      image: { reference: 'gateway:latest' },
      autoscaling: { memoryPercent: 80 },
    });

    expect(warnings.map((warning) => warning.rule)).toEqual([
      'secrets.unused',
      'image.digest',
      'autoscaling.memory',
    ]);
  });
});

interface DocumentedProp {
  readonly path: string;
  readonly defaultText: string;
  readonly unit: string;
}

/** Reads the props file as text: interface by interface, each prop with its comment. */
function documentedProps(): readonly DocumentedProp[] {
  const text = readFileSync(join(__dirname, '../../../lib/spec/props.ts'), 'utf8');
  const parents = new Map(
    [...text.matchAll(/readonly (\w+)\?: (\w+Props);/g)].map(([, prop, type]) => [type, prop]),
  );
  return [...text.matchAll(/export interface (\w+) \{\n([\s\S]*?)\n\}/g)].flatMap(
    ([, type, body]) =>
      [...(body ?? '').matchAll(/\/\*\*([\s\S]*?)\*\/\s+readonly (\w+)\?: /g)].map(
        ([, comment, prop]) => ({
          path: parents.has(type) ? `${parents.get(type)}.${prop}` : String(prop),
          defaultText: /@default (.*)/.exec(comment ?? '')?.[1] ?? 'missing',
          unit: /Unit: (.*)/.exec(comment ?? '')?.[1] ?? '',
        }),
      ),
  );
}

function read(spec: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], spec);
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
